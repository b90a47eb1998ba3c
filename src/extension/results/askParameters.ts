import * as vscode from 'vscode';
import { parameterLiteral, type QueryParameter, queryParameters, typedText } from './queryParameters';

/** Values that were given, as KQL by name and type, remembered for the workspace. */
export interface ParameterMemory {
  get(parameter: QueryParameter): string | undefined;
  set(parameter: QueryParameter, literal: string): Promise<void>;
}

const KEY = 'queryParameters';

export function createParameterMemory(memory: vscode.Memento): ParameterMemory {
  const all = () => memory.get<Readonly<Record<string, string>>>(KEY, {});
  const key = (p: QueryParameter) => `${p.name}:${p.type}`;
  return {
    get: (p) => all()[key(p)],
    async set(p, literal) {
      await memory.update(KEY, { ...all(), [key(p)]: literal });
    },
  };
}

/**
 * The values for a query's parameters: those that were given before, and the rest asked for; with `again`, all are asked for.
 * Undefined: the user gave up, so the query does not run.
 */
export async function askParameters(
  kql: string,
  memory: ParameterMemory,
  again: boolean,
): Promise<ReadonlyMap<string, string> | undefined> {
  const values = new Map<string, string>();
  const parameters = queryParameters(kql);
  for (const [i, parameter] of parameters.entries()) {
    const known = memory.get(parameter);
    const literal = known !== undefined && !again ? known : await askOne(parameter, known, i + 1, parameters.length);
    if (literal === undefined) return undefined;
    values.set(parameter.name, literal);
    if (literal !== known) await memory.set(parameter, literal);
  }
  return values;
}

async function askOne(
  parameter: QueryParameter,
  known: string | undefined,
  step: number,
  steps: number,
): Promise<string | undefined> {
  const { name, type } = parameter;
  const start = known ?? parameter.default;
  const typed = await vscode.window.showInputBox({
    title: steps > 1 ? vscode.l10n.t('Query parameter {0} of {1}', step, steps) : vscode.l10n.t('Query parameter'),
    prompt: vscode.l10n.t('{0}, of type {1}. The value is remembered in this workspace.', name, type),
    value: start === null ? '' : typedText(start),
    ignoreFocusOut: true,
    validateInput: (text) => (parameterLiteral(type, text) === undefined ? wrongText(type) : undefined),
  });
  return typed === undefined ? undefined : parameterLiteral(type, typed);
}

const EXAMPLES: Readonly<Record<string, string>> = {
  datetime: '2024-09-02T01:00Z, ago(1d)',
  timespan: '90m, 1.02:00:00',
  bool: 'true',
  int: '5',
  long: '5',
  real: '0.5',
  decimal: '0.5',
  guid: '74be27de-1e4e-49d9-b579-fe0b331d3642',
  dynamic: '["a", "b"]',
};

function wrongText(type: string): string {
  const example = EXAMPLES[type];
  return example === undefined
    ? vscode.l10n.t('This is no value of type {0}.', type)
    : vscode.l10n.t('This is no value of type {0}; one is {1}.', type, example);
}
