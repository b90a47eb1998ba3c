import type * as vscode from 'vscode';

/**
 * Shows a list and gives what was chosen; undefined when it was given up. The list is disposed of. `typed` makes a choice of
 * typed text: it is what Enter takes, even where the list has not caught up with the typing yet.
 */
export function pickOne<T extends vscode.QuickPickItem>(
  pick: vscode.QuickPick<T>,
  typed: (text: string) => T | undefined = () => undefined,
): Promise<T | undefined> {
  const given = pick.items;
  pick.onDidChangeValue((text) => {
    const own = typed(text);
    pick.items = own ? [own, ...given] : given;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(typed(pick.value) ?? pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
