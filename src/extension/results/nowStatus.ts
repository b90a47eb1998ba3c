import * as vscode from 'vscode';
import { formatInstant, parseInstant } from '../../base/time';
import type { DataSession } from '../data/session';
import { pickOne } from '../pickOne';
import { nowText } from '../views/coverageView';

/** Shows in the editor's language status what `now()` means, since half of all detections ask for the last day. */
export function createNowStatus(session: DataSession): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('gapline.now', { language: 'kusto' });
  item.name = vscode.l10n.t('Query time');
  const show = () => {
    const { state } = session;
    item.text = state.kind === 'open' ? nowText(state.data) : vscode.l10n.t('now = end of data, once logs are read');
    item.command =
      state.kind === 'open'
        ? { command: 'gapline.setNow', title: vscode.l10n.t('Change') }
        : { command: 'gapline.coverage.focus', title: vscode.l10n.t('Read Logs') };
  };
  show();
  return vscode.Disposable.from(item, session.onDidChange(show));
}

interface NowChoice extends vscode.QuickPickItem {
  /** As `DataSession.setNow` takes it. */
  readonly value: string | null;
}

/** Asks for the connection's now: the end of the data, the real time, or a time that is typed. */
export async function askNow(session: DataSession): Promise<void> {
  const choices: readonly NowChoice[] = [
    {
      label: vscode.l10n.t('End of data'),
      description: vscode.l10n.t('what gapline.yaml says, else the time of the last row'),
      value: null,
    },
    { label: vscode.l10n.t('Real time'), description: vscode.l10n.t('the clock of this machine'), value: 'clock' },
  ];
  const value = await pickNow(choices);
  if (value !== undefined) await session.setNow(value);
}

/** A list in which a typed time stands first; text that is no time finds nothing. */
async function pickNow(choices: readonly NowChoice[]): Promise<string | null | undefined> {
  const pick = vscode.window.createQuickPick<NowChoice>();
  pick.title = vscode.l10n.t('What now() and ago() mean in a query');
  pick.placeholder = vscode.l10n.t('Choose, or type a time such as 2024-09-20T12:00Z');
  pick.items = choices;
  const chosen = await pickOne(pick, {
    read(typed) {
      const at = parseInstant(typed);
      return at === undefined
        ? undefined
        : { label: typed.trim(), description: formatInstant(at), value: typed.trim() };
    },
    wrong: {
      label: vscode.l10n.t('$(warning) This is no time'),
      description: vscode.l10n.t('2024-09-20 or 2024-09-20T12:00Z'),
      value: null,
    },
  });
  return chosen?.value;
}
