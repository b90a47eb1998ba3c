import type * as vscode from 'vscode';
import type { DataSession } from '../data/session';

export interface SourcePanel extends vscode.Disposable {
  /** Shows the page of a log source; without one it asks which. */
  show(source: string | null): Promise<void>;
  /** Opens the query behind a link of the page. */
  openProof(link: ProofLink): Promise<void>;
  /** Source and HTML that are shown, for tests. */
  readonly shown: { readonly source: string; readonly html: string } | undefined;
}

/** What a link of a page hands over: names, never a query. */
export interface ProofLink {
  readonly source: string;
  readonly proof: string;
}

export const isProofLink = (argument: object | undefined): argument is ProofLink =>
  argument !== undefined &&
  'source' in argument &&
  'proof' in argument &&
  typeof argument.source === 'string' &&
  typeof argument.proof === 'string';

export interface SourcePanelInit {
  readonly extensionUri: vscode.Uri;
  readonly session: DataSession;
  readonly log: vscode.LogOutputChannel;
  openQuery(label: string, description: string, subject: string, kql: string): Promise<void>;
}
