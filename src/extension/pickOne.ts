import type * as vscode from 'vscode';

/** How a list takes typed text. */
export interface TypedChoice<T> {
  /** The choice that a typed text makes: it is what Enter takes, even where the list has not caught up with the typing yet. */
  read(text: string): T | undefined;
  /** What the list says of a text that makes no choice and finds none: Enter does nothing then. */
  readonly wrong: T;
}

/** Shows a list and gives what was chosen; undefined when it was given up. The list is disposed of. */
export function pickOne<T extends vscode.QuickPickItem>(
  pick: vscode.QuickPick<T>,
  typed?: TypedChoice<T>,
): Promise<T | undefined> {
  const given = pick.items;
  const finds = (text: string) => given.some((i) => i.label.toLowerCase().includes(text.trim().toLowerCase()));
  if (typed)
    pick.onDidChangeValue((text) => {
      const own = typed.read(text);
      pick.items = own ? [own, ...given] : finds(text) ? given : [{ ...typed.wrong, alwaysShow: true }, ...given];
    });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const chosen = typed?.read(pick.value) ?? pick.selectedItems[0];
      if (!chosen || (typed && chosen.label === typed.wrong.label)) return;
      resolve(chosen);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
