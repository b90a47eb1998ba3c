import type { DataProblem } from '../../protocol/datahost';
import type { PlaceArgument } from '../../protocol/language';
import type { ClaimKind, Status, Verdict } from '../../protocol/status';

/** Translates a text of the interface; `vscode.l10n.t` outside tests. */
export interface Localization {
  t(message: string, ...args: (string | number)[]): string;
}

/** A product icon and the theme colour it takes. */
export interface NodeIcon {
  readonly id: string;
  readonly color?: string;
}

/**
 * A line of a view as plain data. Label, description and details may hold log data or text of a review: they are shown as
 * text, never as markup.
 */
export interface ViewNode {
  /** Unique in its view, and the same after a new assessment, so that expansion and selection stay. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: NodeIcon;
  /** Sentences of the tooltip, the first one as its head. */
  readonly details?: readonly string[];
  /** Words that the menus of package.json look for: place, proof, review, markdown, unmapped. */
  readonly context: readonly string[];
  readonly children: readonly ViewNode[];
  readonly expanded?: boolean;
  /** Where "Open Timeline" goes. */
  readonly place?: PlaceArgument;
  /** KQL that proves what the line says. */
  readonly query?: string;
  readonly review?: string;
  /** What "Insert Name" writes. */
  readonly insert?: string;
  readonly file?: { readonly path: string; readonly line: number | null };
  readonly problem?: DataProblem;
}

const ERROR = 'problemsErrorIcon.foreground';
const WARNING = 'problemsWarningIcon.foreground';
const INFORMATION = 'problemsInfoIcon.foreground';
const PASSED = 'testing.iconPassed';
const QUIET = 'disabledForeground';

/** Shape tells the status as well as colour does: colour alone would leave some readers out. */
const STATUS_ICONS: Record<Status, NodeIcon> = {
  GAP: { id: 'error', color: ERROR },
  PARTIAL: { id: 'warning', color: WARNING },
  RESTAMPED: { id: 'calendar', color: WARNING },
  DELAYED: { id: 'clock', color: INFORMATION },
  DUPLICATED: { id: 'files', color: INFORMATION },
  RECOVERED: { id: 'sync', color: INFORMATION },
  STEP_CHANGE: { id: 'fold-down', color: INFORMATION },
  NOT_COLLECTED: { id: 'circle-slash', color: QUIET },
  NOT_EVALUABLE: { id: 'question', color: QUIET },
  NO_BASELINE: { id: 'dash', color: QUIET },
  INSUFFICIENT: { id: 'circle-outline', color: QUIET },
  PENDING: { id: 'watch', color: QUIET },
  OK: { id: 'pass', color: PASSED },
};
export const statusIcon = (status: Status): NodeIcon => STATUS_ICONS[status];

const VERDICT_ICONS: Record<Verdict, NodeIcon> = {
  CONFIRMED: { id: 'error', color: ERROR },
  CONTRADICTED: { id: 'diff', color: WARNING },
  NOT_SEEN_HERE: { id: 'pass', color: PASSED },
  INCONCLUSIVE: { id: 'question', color: INFORMATION },
  NOT_EVALUABLE: { id: 'circle-slash', color: QUIET },
};
/**
 * What a verdict means depends on what was claimed: a confirmed "not affected" is good news and must not look like a confirmed
 * loss, a contradicted one means that rows are missing after all.
 */
export function verdictIcon(verdict: Verdict, kind: ClaimKind): NodeIcon {
  if (kind === 'not-affected' && verdict === 'CONFIRMED') return { id: 'pass-filled', color: PASSED };
  if (kind === 'not-affected' && verdict === 'CONTRADICTED') return { id: 'error', color: ERROR };
  return VERDICT_ICONS[verdict];
}
export const undisclosedIcon: NodeIcon = { id: 'eye-closed', color: ERROR };

export function statusWord(l10n: Localization, status: Status): string {
  switch (status) {
    case 'GAP':
      return l10n.t('Gap');
    case 'PARTIAL':
      return l10n.t('Partial');
    case 'RESTAMPED':
      return l10n.t('Restamped');
    case 'DELAYED':
      return l10n.t('Delayed');
    case 'DUPLICATED':
      return l10n.t('Duplicated');
    case 'RECOVERED':
      return l10n.t('Recovered');
    case 'STEP_CHANGE':
      return l10n.t('Level changed');
    case 'NOT_COLLECTED':
      return l10n.t('Not collected');
    case 'NOT_EVALUABLE':
      return l10n.t('Not evaluable');
    case 'NO_BASELINE':
      return l10n.t('No baseline');
    case 'INSUFFICIENT':
      return l10n.t('Too few rows');
    case 'PENDING':
      return l10n.t('Pending');
    case 'OK':
      return l10n.t('OK');
  }
}

export function verdictWord(l10n: Localization, verdict: Verdict): string {
  switch (verdict) {
    case 'CONFIRMED':
      return l10n.t('Confirmed');
    case 'CONTRADICTED':
      return l10n.t('Contradicted');
    case 'NOT_SEEN_HERE':
      return l10n.t('Not seen here');
    case 'INCONCLUSIVE':
      return l10n.t('Inconclusive');
    case 'NOT_EVALUABLE':
      return l10n.t('Not evaluable');
  }
}
