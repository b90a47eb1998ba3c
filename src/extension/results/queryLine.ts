/** Text in which a pipe or a name means nothing: comments and strings. */
const OPAQUE = /\/\/[^\n]*|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** A text that stands at an offset of another. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * Where a line (`| where …`) goes in a query so that it is the last thing done with the rows: at its end, but before what draws
 * them (`| render …`) and before a closing semicolon.
 */
export function lineInsertion(kql: string, line: string): Insertion {
  const plain = kql.replace(OPAQUE, (text) => ' '.repeat(text.length));
  const end = plain.search(/;\s*$/);
  const body = end < 0 ? plain : plain.slice(0, end);
  const render = /\|\s*render\b[^|;]*$/.exec(body);
  if (render) {
    const before = kql.slice(0, render.index);
    const onOwnLine = /(^|\n)[ \t]*$/.test(before);
    return { at: render.index, text: onOwnLine ? `${line}\n` : `\n${line}\n` };
  }
  // A comment at the end belongs to what it stands behind: the line comes after it.
  const at = end < 0 ? kql.trimEnd().length : end;
  return { at, text: kql.slice(0, at).endsWith('\n') ? `${line}` : `\n${line}` };
}
