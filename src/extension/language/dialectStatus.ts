import * as vscode from 'vscode';
import type { Dialect, DialectFact, LanguagePreferences } from '../../protocol/language';
import { onLanguagePreferencesChange, writeDialect } from '../configuration';
import { type LanguageClientHandle, SERVED } from './client';

/** Pause in the typing after which the dialect is asked for anew. */
const PAUSE_MS = 600;
const COMMENT = /^[ \t]*\/\/[ \t]*(?:gapline[: \t]+)?dialect[ \t]*[:=][^\r\n]*(?:\r\n|\r|\n)?/im;

const nameOf = (dialect: Dialect): string =>
  ({
    sentinel: vscode.l10n.t('Sentinel'),
    defender: vscode.l10n.t('Defender XDR'),
    adx: vscode.l10n.t('Azure Data Explorer'),
    resourceGraph: vscode.l10n.t('Azure Resource Graph'),
  })[dialect];

const reasonOf = (reason: DialectFact['reason']): string =>
  ({
    comment: vscode.l10n.t('said by a comment in the file'),
    connect: vscode.l10n.t('said by #connect'),
    rule: vscode.l10n.t('said by the kind of rule'),
    setting: vscode.l10n.t('from the settings'),
    tables: vscode.l10n.t('guessed from tables and time columns'),
    default: vscode.l10n.t('as nothing says otherwise'),
  })[reason];

/** Shows in the language status what the queries of the file are written for. */
export function createDialectStatus(client: LanguageClientHandle): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('gapline.dialect', SERVED);
  item.name = vscode.l10n.t('Query dialect');
  let timer: NodeJS.Timeout | undefined;
  let asked = 0;
  const show = async () => {
    const document = vscode.window.activeTextEditor?.document;
    const turn = ++asked;
    const fact = document ? await client.dialect(document.uri.toString()) : null;
    if (turn !== asked) return;
    item.text = fact ? nameOf(fact.dialect) : vscode.l10n.t('No query in this file');
    item.detail = fact ? reasonOf(fact.reason) : '';
    // No command on a file without queries: there is nothing to choose for.
    item.command = fact ? { command: 'gapline.chooseDialect', title: vscode.l10n.t('Change') } : undefined;
  };
  const later = (pause: number) => {
    clearTimeout(timer);
    timer = setTimeout(show, pause);
  };
  later(0);
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(() => later(0)),
    vscode.workspace.onDidChangeTextDocument((e) => {
      if (e.document === vscode.window.activeTextEditor?.document) later(PAUSE_MS);
    }),
    onLanguagePreferencesChange(() => later(PAUSE_MS)),
    { dispose: () => clearTimeout(timer) },
  );
}

interface Choice extends vscode.QuickPickItem {
  readonly dialect: LanguagePreferences['dialect'];
}

/** Asks for the dialect: of a KQL file in a comment on its top, which goes with the file; else in the settings. */
export async function chooseDialect(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const isKql = editor?.document.languageId === 'kusto';
  const choices: readonly Choice[] = [
    { label: vscode.l10n.t('Automatic'), description: vscode.l10n.t('by tables and time columns'), dialect: 'auto' },
    {
      label: nameOf('sentinel'),
      description: vscode.l10n.t('Log Analytics; time is TimeGenerated'),
      dialect: 'sentinel',
    },
    {
      label: nameOf('defender'),
      description: vscode.l10n.t('advanced hunting; time is Timestamp'),
      dialect: 'defender',
    },
    { label: nameOf('adx'), description: vscode.l10n.t('tables of any cluster'), dialect: 'adx' },
    {
      label: nameOf('resourceGraph'),
      description: vscode.l10n.t('resources and their properties'),
      dialect: 'resourceGraph',
    },
  ];
  const chosen = await vscode.window.showQuickPick(choices, {
    title: isKql ? vscode.l10n.t('Dialect of this file') : vscode.l10n.t('Dialect of files that do not say their own'),
  });
  if (!chosen) return;
  if (!editor || !isKql) return writeDialect(chosen.dialect);
  const { document } = editor;
  const found = COMMENT.exec(document.getText().slice(0, 2_000));
  const range = found
    ? new vscode.Range(document.positionAt(found.index), document.positionAt(found.index + found[0].length))
    : new vscode.Range(0, 0, 0, 0);
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  await editor.edit((edit) =>
    edit.replace(range, chosen.dialect === 'auto' ? '' : `// dialect: ${chosen.dialect}${eol}`),
  );
}
