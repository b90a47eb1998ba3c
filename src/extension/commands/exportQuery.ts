import * as vscode from 'vscode';
import { DAY, formatInstant, type Instant, instant, parseInstant } from '../../base/time';
import type { DataHost } from '../data/dataHost';
import type { DataSession } from '../data/session';
import type { Supervisor } from '../process/supervisor';
import { openProof } from './viewCommands';

/** Days of a first export: twelve weeks teach a baseline by hour of the week, with room for an incident. */
const DAYS = 90;

/** Opens the KQL that counts a log source where it is; its saved result is read as volumes. Needs no folder of logs. */
export async function openExportQuery(
  session: DataSession,
  supervisor: Supervisor<DataHost>,
  source: string | null,
): Promise<void> {
  const id = source ?? (await pickSource(session, supervisor));
  if (id === undefined) return;
  const { state } = session;
  const end = state.kind === 'open' ? state.data.now : instant(Math.floor(Date.now() / DAY) * DAY);
  const from = await askTime(vscode.l10n.t('Start of the range (UTC)'), instant(end - DAYS * DAY));
  const to = from === undefined ? undefined : await askTime(vscode.l10n.t('End of the range (UTC)'), end, from);
  if (from === undefined || to === undefined) return;
  const kql = await (await supervisor.get()).exportQuery({ source: id, from, to });
  await openProof(id, vscode.l10n.t('run this where the logs are'), `${id} export`, kql);
}

async function askTime(title: string, value: Instant, after?: Instant): Promise<Instant | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    value: formatInstant(value).slice(0, 16),
    validateInput(typed) {
      const at = parseInstant(typed);
      if (at === undefined) return vscode.l10n.t('Write a time as 2024-09-02T23:00.');
      return after !== undefined && at <= after ? vscode.l10n.t('The end must be later than the start.') : undefined;
    },
  });
  return text === undefined ? undefined : parseInstant(text);
}

/** Log sources of this data, then those that the catalogue knows. */
async function pickSource(session: DataSession, supervisor: Supervisor<DataHost>): Promise<string | undefined> {
  const { state } = session;
  const here = state.kind === 'open' ? (state.assessment?.coverage.sources.map((s) => s.id) ?? []) : [];
  const known = await (await supervisor.get()).exportSources();
  const items = [
    ...here.map((label) => ({ label, description: vscode.l10n.t('in this data') })),
    ...known.filter((k) => !here.includes(k.source)).map((k) => ({ label: k.source, description: k.service })),
  ];
  const choice = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Export which log source?') });
  return choice?.label;
}
