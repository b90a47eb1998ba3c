import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { fail } from '../base/result';
import type { Steps } from '../base/steps';
import type { KqlDocument } from '../language/document';
import type { FeatureContext } from './features';
import { runSafe } from './run-safe';
import { inSlices } from './slices';

/** The protocol's lists may be changed by whoever gets them; the service's may not. */
function* listed<T>(steps: Steps<readonly T[]>): Steps<T[]> {
  return [...(yield* steps)];
}

/** Questions to the whole workspace: they wait until its files are read, and are answered in slices. */
export function registerWorkspaceFeatures(context: FeatureContext): void {
  const { connection, service } = context;
  const ask = <R>(what: string, work: () => Steps<R>, fallback: R, token: CancellationToken) =>
    runSafe(
      context.report,
      what,
      async () => {
        await context.ready();
        return (await inSlices(work(), token, context.sliceMs)) ?? fallback;
      },
      fallback,
      token,
    );
  const inDocument = function* <R>(uri: string, work: (d: KqlDocument) => Steps<R>, none: R): Steps<R> {
    const document = context.open(uri);
    return document ? yield* work(document) : none;
  };

  connection.onWorkspaceSymbol(({ query }, token) =>
    runSafe(
      context.report,
      'workspace symbols',
      async () => {
        await context.ready();
        return [...service.workspaceSymbols(query)];
      },
      [],
      token,
    ),
  );
  const { callHierarchy } = connection.languages;
  callHierarchy.onPrepare(({ textDocument, position }, token) =>
    runSafe(
      context.report,
      'call hierarchy',
      async () => {
        await context.ready();
        const document = context.open(textDocument.uri);
        return document ? [...service.prepareCallHierarchy(document, position)] : null;
      },
      null,
      token,
    ),
  );
  callHierarchy.onIncomingCalls(({ item }, token) =>
    ask('callers', () => listed(service.incomingCalls(item)), [], token),
  );
  callHierarchy.onOutgoingCalls(({ item }, token) =>
    ask('calls', () => listed(service.outgoingCalls(item)), [], token),
  );
  connection.onReferences(({ textDocument, position, context: { includeDeclaration } }, token) => {
    const all = (d: KqlDocument) => listed(service.references(d, position, includeDeclaration));
    return ask('references', () => inDocument(textDocument.uri, all, []), [], token);
  });
  connection.onRenameRequest(async ({ textDocument, position, newName }, token) => {
    const canRenameFiles = context.client().workspace?.workspaceEdit?.resourceOperations?.includes('rename') ?? false;
    const gone = fail({ code: 'gone', message: 'This document is not open any more.' });
    const work = () => inDocument(textDocument.uri, (d) => service.rename(d, position, newName, canRenameFiles), gone);
    const version = context.open(textDocument.uri)?.version;
    const result = await ask('rename', work, null, token);
    if (context.open(textDocument.uri)?.version !== version) {
      return new ResponseError(LSPErrorCodes.ContentModified, 'The document has changed meanwhile.');
    }
    if (result === null || result instanceof ResponseError) return result;
    // A refusal is shown to the person who asked, as the protocol wants it: an error with a sentence.
    return result.ok ? result.value : new ResponseError(LSPErrorCodes.RequestFailed, result.fault.message);
  });
}
