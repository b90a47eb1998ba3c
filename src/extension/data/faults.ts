import * as vscode from 'vscode';
import { messageOf } from '../../base/result';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** vscode-jsonrpc's RequestCancelled, LSP's ServerCancelled, VS Code's own. */
export function isCancellation(error: unknown): boolean {
  const code = codeOf(error);
  return error instanceof vscode.CancellationError || code === -32800 || code === -32802;
}

/** The process ended under the request: vscode-jsonrpc's PendingResponseRejected, or its connection is closed. */
export function isProcessEnd(error: unknown): boolean {
  return (
    codeOf(error) === -32097 || (error instanceof Error && error.name === 'ConnectionError') || codeOf(error) === 2
  );
}

/** A sentence for people. */
export function faultText(error: unknown): string {
  if (isProcessEnd(error)) return vscode.l10n.t('The data host ended while this ran. It is started again by itself.');
  return messageOf(error);
}
