import * as vscode from 'vscode';
import { formatInstant, parseInstant } from '../../base/time';
import type { DataSession } from '../data/session';
import { askParameters, createParameterMemory } from './askParameters';
import { askTimeRange } from './askTimeRange';
import { typedText, withParameters } from './queryParameters';
import type { PreparedQuery } from './resultSession';
import { boundsOf, rangeText, readTimeRange } from './timeRange';

/** What every run takes along, remembered for the workspace: the time range, and the values of parameters. */
export interface RunSettings {
  /** The query with its parameters filled in and its range resolved; undefined when the user gave up. */
  prepare(query: RunnableText, askAgain: boolean): Promise<PreparedQuery | undefined>;
  /** Asks for the time range; false when the user gave up. */
  askRange(): Promise<boolean>;
}

interface RunnableText {
  readonly kql: string;
  readonly firstLine: number;
}

const RANGE_KEY = 'timeRange';

export function createRunSettings(memory: vscode.Memento, session: DataSession): RunSettings {
  const parameters = createParameterMemory(memory);
  const current = () => readTimeRange(memory.get(RANGE_KEY));
  return {
    async prepare({ kql, firstLine }, askAgain) {
      const values = await askParameters(kql, parameters, askAgain);
      if (!values) return undefined;
      const range = current();
      const data = range.kind === 'query' ? undefined : await session.open();
      const now = parseInstant(session.chosenNow() ?? '') ?? data?.now;
      // Without data there is no now, and nothing to cut: the run itself says why.
      const { from, to } = now === undefined ? { from: null, to: null } : boundsOf(range, now);
      const given = [...values].map(([name, value]) => `${name} = ${typedText(value)}`).join(', ');
      return {
        kql: withParameters(kql, values),
        written: kql,
        firstLine,
        from: from === null ? null : formatInstant(from),
        to: to === null ? null : formatInstant(to),
        rangeText: rangeText(vscode.l10n, range),
        parameterText: given === '' ? null : given,
      };
    },
    async askRange() {
      const chosen = await askTimeRange(current());
      if (chosen) await memory.update(RANGE_KEY, chosen);
      return chosen !== undefined;
    },
  };
}
