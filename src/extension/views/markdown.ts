import type { ViewNode } from './node';

/** A view's line with all below it as a Markdown list; text of logs and reviews is escaped. */
export function nodeToMarkdown(node: ViewNode): string {
  return `${lines(node, 0).join('\n')}\n`;
}

function lines(node: ViewNode, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const head = `${indent}- **${escapeMarkdown(node.label)}**${node.description ? `: ${escapeMarkdown(node.description)}` : ''}`;
  // The first detail repeats the label; the rest are the sentences that a reader of a report wants.
  const details = (node.details ?? []).slice(1).map((d) => `${indent}  ${escapeMarkdown(d)}`);
  const body = node.children.length === 0 ? details : node.children.flatMap((c) => lines(c, depth + 1));
  return [head, ...body];
}

export function escapeMarkdown(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]()#+!|<>~&]/g, '\\$&');
}
