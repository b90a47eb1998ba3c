import * as vscode from 'vscode';
import { parseInstant } from '../../base/time';
import type { DataSession } from '../data/session';
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
  readonly value: string | null | 'ask';
}

/** Asks for the connection's now: the end of the data, the real time, or a time to type. */
export async function askNow(session: DataSession): Promise<void> {
  const choices: NowChoice[] = [
    {
      label: vscode.l10n.t('End of data'),
      detail: vscode.l10n.t('What gapline.yaml says, else the time of the last row'),
      value: null,
    },
    { label: vscode.l10n.t('Real time'), detail: vscode.l10n.t('The clock of this machine'), value: 'clock' },
    {
      label: vscode.l10n.t('Another time…'),
      detail: vscode.l10n.t('ISO 8601, UTC where it names no zone'),
      value: 'ask',
    },
  ];
  const placeHolder = vscode.l10n.t('What now() and ago() mean in a query');
  const choice = await vscode.window.showQuickPick(choices, { placeHolder });
  if (!choice) return;
  const value = choice.value === 'ask' ? await askTime(session) : choice.value;
  if (value !== undefined) await session.setNow(value);
}

function askTime(session: DataSession): Thenable<string | undefined> {
  const { state } = session;
  return vscode.window.showInputBox({
    prompt: vscode.l10n.t('Time that now() stands for, such as 2024-09-20T12:00Z'),
    value: state.kind === 'open' ? new Date(state.data.now).toISOString() : '',
    validateInput: (text) =>
      parseInstant(text) === undefined
        ? vscode.l10n.t('Write a time such as 2024-09-20T12:00Z or 2024-09-20.')
        : undefined,
  });
}
