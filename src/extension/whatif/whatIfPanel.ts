import * as vscode from 'vscode';
import { type Interval, instant } from '../../base/time';
import { placeOf, type TimelineArgument } from '../commands/place';
import type { DataSession } from '../data/session';
import { webviewFolder } from '../results/webviewPage';
import type { WhatIfArgument, WhatIfPanel, WhatIfPanelInit } from './panel';
import { whatIf } from './whatIfModel';
import { WHAT_IF_COMMAND, whatIfPage } from './whatIfPage';
import { FIELDS, type Field, faultOf, readValues, sourceValues, usualValues, type WhatIfValues } from './whatIfValues';

/** One panel, used again for the next question. */
export function createWhatIfPanel({ extensionUri, session }: WhatIfPanelInit): WhatIfPanel {
  let panel: vscode.WebviewPanel | undefined;
  const open = () => {
    const created = vscode.window.createWebviewPanel(
      'gapline.whatIf',
      vscode.l10n.t('What If'),
      vscode.ViewColumn.Active,
      {
        enableScripts: false,
        enableCommandUris: [WHAT_IF_COMMAND],
        enableFindWidget: true,
        localResourceRoots: [webviewFolder(extensionUri)],
      },
    );
    created.onDidDispose(() => {
      panel = undefined;
    });
    return created;
  };
  return {
    get shown() {
      return panel?.webview.html;
    },
    async show(argument) {
      const said = saidIn(argument);
      const source = said.source ?? null;
      const values = await ask(said, await offered(session, said, placeOf(argument as TimelineArgument)));
      const inputs = values && readValues(values);
      if (!values || !inputs) return;
      if (panel) panel.reveal(undefined, false);
      else panel = open();
      const { webview } = panel;
      const style = vscode.Uri.joinPath(webviewFolder(extensionUri), 'source.css');
      webview.html = whatIfPage(whatIf(inputs, source), values, {
        cspSource: webview.cspSource,
        styleUri: webview.asWebviewUri(style).toString(),
      });
    },
    dispose: () => panel?.dispose(),
  };
}

/** Values and log source of an argument, of which nothing is believed that is no text. */
function saidIn(argument: TimelineArgument | WhatIfArgument): WhatIfArgument {
  const given = (argument ?? {}) as Readonly<Record<string, unknown>>;
  const values = FIELDS.flatMap((f) => (typeof given[f] === 'string' ? [[f, given[f]] as const] : []));
  return {
    ...(Object.fromEntries(values) as Partial<WhatIfValues>),
    source: placeOf(argument as TimelineArgument).source,
    ask: given['ask'] === true,
  };
}

/** What the boxes begin with: what was said, else what the log source says, else what is usual. */
async function offered(
  session: DataSession,
  said: WhatIfArgument,
  place: { readonly start: unknown; readonly end: unknown },
): Promise<WhatIfValues> {
  const { state } = session;
  const usual = usualValues(state.kind === 'open' ? state.data.now : instant(Date.now()));
  if (!said.source || readValues(said)) return { ...usual, ...said };
  const result = await session.assess();
  const source = result?.coverage.sources.find((s) => s.id === said.source);
  const [series] = source ? await session.series([source.id]) : [];
  return { ...usual, ...(source && sourceValues(source, series, place as Partial<Interval>)), ...said };
}

/** Asks for each value that is not said, in order; undefined: given up. */
async function ask(said: WhatIfArgument, first: WhatIfValues): Promise<WhatIfValues | undefined> {
  const values: Record<Field, string> = { ...first, upload: first.upload ?? '', profile: first.profile ?? '' };
  // How fast the backlog goes and how the rate changes are questions more, for those who are asked anything.
  const optional = (f: Field) => f === 'upload' || f === 'profile';
  const fields = FIELDS.filter((f) => !optional(f) || said.ask || readValues(said) === undefined);
  for (const [i, field] of fields.entries()) {
    const fault = (text: string) => faultOf(vscode.l10n, field, text, values.stop);
    if (!said.ask && said[field] !== undefined && fault(values[field]) === undefined) continue;
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('What if a collection agent stops ({0} of {1})', i + 1, fields.length),
      prompt: promptOf(field, said.source ?? null),
      value: values[field],
      ignoreFocusOut: true,
      validateInput: fault,
    });
    if (text === undefined) return undefined;
    values[field] = text.trim();
  }
  return values;
}

function promptOf(field: Field, source: string | null): string {
  switch (field) {
    case 'rate':
      return source === null
        ? vscode.l10n.t('Rows that are collected, as 5000/s, 300/min, 212/h or 90000/d')
        : vscode.l10n.t('Rows that are collected; offered is the mean rate of {0}', source);
    case 'eventSize':
      return vscode.l10n.t('Mean size of a row in the cache, in bytes');
    case 'cache':
      return vscode.l10n.t('Size of the cache; 10000MB is the default of the Azure Monitor Agent');
    case 'stop':
      return vscode.l10n.t('When the agent stops (UTC)');
    case 'restart':
      return vscode.l10n.t('When the agent is restarted (UTC)');
    case 'upload':
      return vscode.l10n.t(
        'How fast the backlog is uploaded after the restart, as 2000/s; leave it empty where it is not known',
      );
    case 'profile':
      return vscode.l10n.t(
        'Busier by day? office keeps the mean rate; 200/h is the rate of nights and weekends; hours in UTC: office 12-22. Empty: constant',
      );
  }
}
