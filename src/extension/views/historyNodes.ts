import type { HistoryEntry } from '../results/history';
import { queryTitle } from '../results/summary';
import { countText } from './format';
import type { Localization, NodeIcon, ViewNode } from './node';

const ICONS: Record<HistoryEntry['outcome'], NodeIcon> = {
  results: { id: 'pass', color: 'testing.iconPassed' },
  refused: { id: 'circle-slash', color: 'problemsWarningIcon.foreground' },
  invalid: { id: 'error', color: 'problemsErrorIcon.foreground' },
  failed: { id: 'error', color: 'problemsErrorIcon.foreground' },
  cancelled: { id: 'circle-outline', color: 'disabledForeground' },
};

/** Lines of a query that a tooltip shows. */
const SHOWN_LINES = 20;

/** The history as lines of a view: the query's first line, how it ended, when. */
export function historyNodes(
  l10n: Localization,
  entries: readonly HistoryEntry[],
  timeText: (at: number) => string,
): readonly ViewNode[] {
  return entries.map((e): ViewNode => {
    const lines = e.kql.split(/\r?\n/);
    const text = lines.slice(0, SHOWN_LINES).join('\n');
    return {
      id: `history:${e.id}`,
      label: queryTitle(e.kql) || l10n.t('(empty)'),
      description: `${outcomeText(l10n, e)} · ${timeText(e.at)}`,
      icon: ICONS[e.outcome],
      details: [outcomeText(l10n, e), lines.length > SHOWN_LINES ? `${text}\n…` : text],
      context: ['history'],
      children: [],
      query: e.kql,
    };
  });
}

function outcomeText(l10n: Localization, e: HistoryEntry): string {
  switch (e.outcome) {
    case 'results': {
      const rows = e.rows === 1 ? l10n.t('1 row') : l10n.t('{0} rows', countText(e.rows ?? 0));
      return e.elapsedMs === null ? rows : `${rows} · ${elapsedText(e.elapsedMs)}`;
    }
    case 'refused':
      return l10n.t('not run here');
    case 'invalid':
      return l10n.t('has errors');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

const elapsedText = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
