import type { Position, SignatureHelp } from 'vscode-languageserver-types';
import { signaturesAt } from '../kusto/editor-signatures';
import { documentationOf } from './docs';
import type { KqlDocument } from './document';

/** The parameters of the call around a position, with the one that is being written. */
export function signatureHelp(document: KqlDocument, position: Position): SignatureHelp | null {
  const at = document.at(position);
  if (!at) return null;
  const call = signaturesAt(at.block.engine(), at.offset);
  if (!call || call.signatures.length === 0) return null;
  const text = documentationOf(call.name, 'BuiltInFunction');
  const argument = call.argument;
  // The first form that has room for the argument being written.
  const fits = call.signatures.findIndex((s) => s.parameters.length > argument || s.repeats);
  return {
    activeSignature: Math.max(0, fits),
    activeParameter: argument,
    signatures: call.signatures.map((s) => {
      const labels = s.parameters.map((p) => `${p.name}${p.type ? `: ${p.type}` : ''}${p.optional ? '?' : ''}`);
      const label = `${call.name}(${labels.join(', ')}${s.repeats ? ', …' : ''})`;
      const last = labels.length - 1;
      return {
        label,
        ...(text && { documentation: { kind: 'markdown' as const, value: text } }),
        parameters: labels.map((l) => ({ label: l })),
        activeParameter: s.repeats && last >= 0 ? Math.min(argument, last) : argument,
      };
    }),
  };
}
