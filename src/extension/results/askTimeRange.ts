import * as vscode from 'vscode';
import { pickOne } from '../pickOne';
import { AS_IN_QUERY, lengthText, parseTimeRange, rangeText, type TimeRange, USUAL_LENGTHS } from './timeRange';

interface RangeChoice extends vscode.QuickPickItem {
  readonly range: TimeRange;
}

/** Asks for the time range of runs; a typed range stands first. Undefined: given up. */
export async function askTimeRange(current: TimeRange): Promise<TimeRange | undefined> {
  const choices: readonly RangeChoice[] = [
    {
      label: vscode.l10n.t('As in query'),
      description: vscode.l10n.t('only what the query itself filters'),
      range: AS_IN_QUERY,
    },
    ...USUAL_LENGTHS.map((length): RangeChoice => {
      const text = lengthText(vscode.l10n, length);
      return { label: text.charAt(0).toUpperCase() + text.slice(1), range: { kind: 'last', length } };
    }),
  ];
  const pick = vscode.window.createQuickPick<RangeChoice>();
  pick.title = vscode.l10n.t('Time range of queries: each table is cut on its time column');
  pick.placeholder = vscode.l10n.t(
    'Choose, or type 36h or 2024-09-02 .. 2024-09-19 (UTC); now: {0}',
    rangeText(vscode.l10n, current),
  );
  pick.items = choices;
  const chosen = await pickOne(pick, {
    read(typed) {
      const range = parseTimeRange(typed);
      return range && { label: typed.trim(), description: rangeText(vscode.l10n, range), range };
    },
    wrong: {
      label: vscode.l10n.t('$(warning) This is no time range'),
      description: vscode.l10n.t('36h, 2d, or from .. to, the earlier time first'),
      range: AS_IN_QUERY,
    },
  });
  return chosen?.range;
}
