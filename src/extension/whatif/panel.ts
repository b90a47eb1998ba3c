import type * as vscode from 'vscode';
import type { TimelineArgument } from '../commands/place';
import type { DataSession } from '../data/session';
import type { WhatIfValues } from './whatIfValues';

/** Values said beforehand; with `ask` they are offered for a change, else only what is missing is asked. */
export interface WhatIfArgument extends Partial<WhatIfValues> {
  readonly source?: string | null;
  readonly ask?: boolean;
}

export interface WhatIfPanel extends vscode.Disposable {
  /** Asks for what is not said and opens the page. */
  show(argument: TimelineArgument | WhatIfArgument): Promise<void>;
  /** HTML that is shown, for tests. */
  readonly shown: string | undefined;
}

export interface WhatIfPanelInit {
  readonly extensionUri: vscode.Uri;
  readonly session: DataSession;
}
