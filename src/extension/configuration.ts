import * as vscode from 'vscode';
import type { DiagnosticsScope, LanguagePreferences } from '../protocol/language';

/** Every setting of Gapline, read here and nowhere else. */
export interface Configuration {
  /** Relative to the workspace folder, or absolute; empty: found by itself. */
  readonly dataFolder: string;
  /** ISO 8601, `clock`, or empty: gapline.yaml's, else the end of the data. */
  readonly now: string;
  readonly maxRows: number;
  /** Zone in which results show times: `UTC`, `local` or an IANA name; the page reads it. */
  readonly timeZone: string;
  /** Empty: git's user name, else the system's. */
  readonly author: string;
}

export function readConfiguration(scope?: vscode.Uri): Configuration {
  const section = vscode.workspace.getConfiguration('gapline', scope);
  return {
    dataFolder: section.get<string>('dataFolder', '').trim(),
    now: section.get<string>('now', '').trim(),
    maxRows: section.get<number>('results.maxRows', 10_000),
    timeZone: section.get<string>('results.timeZone', 'UTC').trim(),
    author: section.get<string>('author', '').trim(),
  };
}

/** What the user says of log sources, as written: whoever judges reads it with suspicion. */
export function readSourceSettings(scope: vscode.Uri | undefined): unknown {
  const value = vscode.workspace.getConfiguration('gapline', scope).get<unknown>('sources');
  // VS Code gives a proxy, which cannot cross to another process.
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** What the language server is told of. */
export function readLanguagePreferences(): LanguagePreferences {
  const section = vscode.workspace.getConfiguration('gapline');
  const indentation = section.get<number>('format.indentation', 0);
  const width = section.get<number>('format.width', 0);
  return {
    diagnostics: section.get<DiagnosticsScope>('diagnostics.scope', 'openFiles'),
    dialect: section.get<LanguagePreferences['dialect']>('dialect', 'auto'),
    format: {
      indentation: indentation > 0 ? indentation : null,
      pipes: section.get<LanguagePreferences['format']['pipes']>('format.pipes', 'smart'),
      width: width > 0 ? width : null,
    },
  };
}

export function onLanguagePreferencesChange(changed: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    const told = ['gapline.dialect', 'gapline.format', 'gapline.diagnostics'];
    if (told.some((section) => event.affectsConfiguration(section))) changed();
  });
}

/** Sets the dialect of files that do not say their own, for this workspace where there is one. */
export async function writeDialect(dialect: LanguagePreferences['dialect']): Promise<void> {
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('gapline').update('dialect', dialect, target);
}

export type ConfigurationPart = 'dataFolder' | 'now' | 'sources';

/** Calls back with what changed, when it changed. */
export function onConfigurationChange(changed: (part: ConfigurationPart) => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    for (const part of ['dataFolder', 'now', 'sources'] as const)
      if (event.affectsConfiguration(`gapline.${part}`)) changed(part);
  });
}

/** Calls back when results are to show their times in another zone. */
export function onTimeZoneChange(changed: (zone: string) => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('gapline.results.timeZone')) changed(readConfiguration().timeZone);
  });
}

/** Remembers a folder that the user chose, in the workspace's own settings. */
export async function writeDataFolder(folder: vscode.WorkspaceFolder, path: string): Promise<void> {
  const section = vscode.workspace.getConfiguration('gapline', folder.uri);
  await section.update('dataFolder', path, vscode.ConfigurationTarget.WorkspaceFolder);
}
