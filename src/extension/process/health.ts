import * as vscode from 'vscode';
import type { ProcessEvent } from './supervisor';

/**
 * Says what happened to the forked processes: the log always, the language status while it lasts, and one message a
 * session, because a process that was replaced needs no act of the user.
 */
export interface ProcessHealth extends vscode.Disposable {
  report(process: string, event: ProcessEvent): void;
  /** Messages shown in this session: one at most. */
  readonly messages: readonly string[];
}

const EDITORS: vscode.DocumentSelector = [{ language: 'kusto' }, { pattern: '**/*.pir.{yaml,yml}' }];

export function createProcessHealth(log: vscode.LogOutputChannel): ProcessHealth {
  const failed = new Map<string, string>();
  const messages: string[] = [];
  const status = vscode.languages.createLanguageStatusItem('gapline.processes', EDITORS);
  status.name = vscode.l10n.t('Gapline processes');
  const show = (text: string, severity: vscode.LanguageStatusSeverity) => {
    status.text = text;
    status.severity = severity;
    status.command =
      severity === vscode.LanguageStatusSeverity.Error
        ? { command: 'gapline.restartProcesses', title: vscode.l10n.t('Restart') }
        : { command: 'gapline.showLog', title: vscode.l10n.t('Show Log') };
  };
  const say = (message: string) => {
    if (messages.length > 0) return;
    messages.push(message);
    const open = vscode.l10n.t('Show Log');
    // The message is not waited for: the work goes on whether or not somebody reads it.
    vscode.window.showWarningMessage(message, open).then((choice) => choice === open && log.show());
  };
  show(vscode.l10n.t('Gapline is ready'), vscode.LanguageStatusSeverity.Information);
  return {
    messages,
    report(process, event) {
      switch (event.kind) {
        case 'started':
          failed.delete(process);
          log.info(`${process} started`);
          if (failed.size === 0) show(vscode.l10n.t('Gapline is ready'), vscode.LanguageStatusSeverity.Information);
          break;
        case 'lost':
          log.error(`${process} ${event.reason}`);
          show(vscode.l10n.t('Restarting the {0}', process), vscode.LanguageStatusSeverity.Warning);
          break;
        case 'restarted':
          log.info(`${process} is back; it ${event.reason}`);
          show(vscode.l10n.t('The {0} was restarted', process), vscode.LanguageStatusSeverity.Information);
          say(vscode.l10n.t('The {0} {1} and was restarted.', process, event.reason));
          break;
        case 'failed':
          failed.set(process, event.reason);
          log.error(`${process} ${event.reason}; it is not started again by itself`);
          show(vscode.l10n.t('The {0} is not running', process), vscode.LanguageStatusSeverity.Error);
          say(
            vscode.l10n.t(
              'The {0} ended again and again ({1}). It can be restarted by command.',
              process,
              event.reason,
            ),
          );
          break;
      }
    },
    dispose: () => status.dispose(),
  };
}
