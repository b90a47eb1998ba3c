import { createSchemaProvider } from '../../src/language/schema';
import { createLanguageService, type LanguageService } from '../../src/language/service';
import { createWorkspaceIndex, type WorkspaceIndex } from '../../src/language/workspace-index';

const ROOT = 'file:///w/';

/** An index of files by their path below the workspace. */
export function workspaceOf(files: Readonly<Record<string, string>>): WorkspaceIndex {
  const index = createWorkspaceIndex();
  for (const [path, text] of Object.entries(files)) index.set(ROOT + path, text);
  return index;
}

export interface WorkspaceScenario {
  readonly service: LanguageService;
  readonly document: ReturnType<LanguageService['open']>;
  readonly position: { readonly line: number; readonly character: number };
  /** The files' texts without the mark. */
  readonly files: Readonly<Record<string, string>>;
  /** Path below the workspace of a URI. */
  path(uri: string): string;
}

const schema = createSchemaProvider();

/** A workspace of files, with the document open in which `$0` marks the cursor. */
export function workspaceScenario(marked: Readonly<Record<string, string>>): WorkspaceScenario {
  const files = Object.fromEntries(Object.entries(marked).map(([path, text]) => [path, text.replace('$0', '')]));
  const [path, text] = Object.entries(marked).find(([, t]) => t.includes('$0'))!;
  const index = workspaceOf(files);
  schema.setSaved(index.saved());
  const service = createLanguageService({ schema, workspace: index });
  const document = service.open({ uri: ROOT + path, version: 1, text: files[path]! });
  const position = document.lines.positionAt(text.indexOf('$0'));
  return { service, document, position, files, path: (uri) => uri.slice(ROOT.length) };
}

/** A rule as Sentinel's templates write it. */
export const sentinelRule = (name: string, query: string): string =>
  `id: ${name}-id\nname: ${name}\nqueryPeriod: 1d\nqueryFrequency: 1d\nquery: |\n  ${query.replaceAll('\n', '\n  ')}\n`;
