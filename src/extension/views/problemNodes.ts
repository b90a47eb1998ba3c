import { isAbsolute, join } from 'node:path';
import { fileName } from '../../base/text';
import type { DataProblem } from '../../protocol/datahost';
import type { Localization, NodeIcon, ViewNode } from './node';

const ICONS: Record<DataProblem['severity'], NodeIcon> = {
  error: { id: 'error', color: 'problemsErrorIcon.foreground' },
  warning: { id: 'warning', color: 'problemsWarningIcon.foreground' },
  information: { id: 'info', color: 'problemsInfoIcon.foreground' },
};
const ORDER: readonly DataProblem['severity'][] = ['error', 'warning', 'information'];
/** A broken export can hold a million bad rows; the first ones show what is wrong. */
const SHOWN = 200;

/** "3 problems in the data", with the file (relative to `folder`, or absolute) and line of each; undefined when there are none. */
export function problemsNode(
  l10n: Localization,
  folder: string,
  problems: readonly DataProblem[],
): ViewNode | undefined {
  if (problems.length === 0) return undefined;
  const sorted = [...problems].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const children = sorted.slice(0, SHOWN).map((p, i) => problemNode(l10n, folder, p, i));
  const label =
    problems.length === 1 ? l10n.t('1 problem in the data') : l10n.t('{0} problems in the data', problems.length);
  return {
    id: 'problems',
    label,
    description: problems.length > SHOWN ? l10n.t('the first {0} are shown', SHOWN) : undefined,
    icon: ICONS[sorted[0]!.severity],
    details: [label],
    context: ['problems'],
    children,
  };
}

const withoutName = (message: string, file: string): string =>
  message.startsWith(`${file} `) ? message.slice(file.length + 1) : message;

function problemNode(l10n: Localization, folder: string, problem: DataProblem, index: number): ViewNode {
  const file = problem.file ?? '';
  const name = fileName(file);
  const place = problem.line === null ? name : l10n.t('{0}, line {1}', name, problem.line);
  return {
    id: `problem:${index}:${problem.code}:${file}:${problem.line ?? ''}`,
    label: name === '' ? problem.message : place,
    // The name stands before it: said twice, it would push what matters out of sight.
    description: name === '' ? undefined : withoutName(problem.message, file),
    icon: ICONS[problem.severity],
    details: [place || problem.code, problem.message],
    context: problem.code === 'unknown-table' && file !== '' ? ['problem', 'unmapped'] : ['problem'],
    children: [],
    file: file === '' ? undefined : { path: isAbsolute(file) ? file : join(folder, file), line: problem.line },
    problem,
  };
}
