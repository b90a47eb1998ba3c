import * as vscode from 'vscode';
import type { NodeIcon, ViewNode } from './node';

/** Shows plain nodes as a tree, and finds them again to reveal one. */
export class NodeTree implements vscode.TreeDataProvider<ViewNode> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private roots: readonly ViewNode[] = [];
  private parents = new Map<string, ViewNode>();

  /** `late` gives the children of a line that are made when it is opened; undefined: it has those that it came with. */
  constructor(private readonly late: (node: ViewNode) => readonly ViewNode[] | undefined = () => undefined) {}

  show(roots: readonly ViewNode[]): void {
    this.roots = roots;
    this.parents = new Map();
    for (const node of all(roots)) for (const child of node.children) this.parents.set(child.id, node);
    this.changed.fire();
  }

  getChildren(node?: ViewNode): ViewNode[] {
    if (!node) return [...this.roots];
    const late = this.late(node);
    for (const child of late ?? []) this.parents.set(child.id, node);
    return [...(late ?? node.children)];
  }

  getParent(node: ViewNode): ViewNode | undefined {
    return this.parents.get(node.id);
  }

  getTreeItem(node: ViewNode): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      node.label,
      node.children.length === 0 && !this.late(node) ? None : node.expanded ? Expanded : Collapsed,
    );
    item.id = node.id;
    item.description = node.description;
    item.iconPath = node.icon && themeIcon(node.icon);
    item.tooltip = tooltip(node.details ?? []);
    item.contextValue = node.context.join(' ');
    item.accessibilityInformation = { label: [node.label, node.description ?? ''].join(', ') };
    if (node.file) item.command = openFile(node.file.path, node.file.line);
    else if (node.context.includes('source')) item.command = showPage(node);
    return item;
  }

  find(test: (node: ViewNode) => boolean): ViewNode | undefined {
    for (const node of all(this.roots)) if (test(node)) return node;
    return undefined;
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function* all(nodes: readonly ViewNode[]): Generator<ViewNode> {
  for (const node of nodes) {
    yield node;
    yield* all(node.children);
  }
}

const themeIcon = (icon: NodeIcon): vscode.ThemeIcon =>
  new vscode.ThemeIcon(icon.id, icon.color === undefined ? undefined : new vscode.ThemeColor(icon.color));

/** `appendText` escapes: text out of logs and reviews stays text. Not trusted, so no link in it can run a command. */
function tooltip(details: readonly string[]): vscode.MarkdownString | undefined {
  if (details.length === 0) return undefined;
  const text = new vscode.MarkdownString();
  details.forEach((line, i) => {
    if (i > 0) text.appendMarkdown('\n\n');
    text.appendText(line);
  });
  return text;
}

const showPage = (node: ViewNode): vscode.Command => ({
  command: 'gapline.showSourcePage',
  title: vscode.l10n.t('Open Log Source Page'),
  arguments: [node],
});

function openFile(path: string, line: number | null): vscode.Command {
  const at = Math.max(0, (line ?? 1) - 1);
  const selection = new vscode.Range(at, 0, at, 0);
  return {
    command: 'vscode.open',
    title: vscode.l10n.t('Open File'),
    arguments: [vscode.Uri.file(path), { selection, preview: true }],
  };
}
