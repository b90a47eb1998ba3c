// Random edits of a text, and edits of the protocol put into one.
export const pick = (random, list) => list[Math.floor(random() * list.length)];
const below = (random, n) => Math.floor(random() * n);

const SNIPPETS = [
  ...[
    '|',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ';',
    ',',
    '.',
    '"',
    "'",
    '```',
    '@"',
    '\\',
    '//',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    '\t',
    ' ',
    '  ',
  ],
  ...[
    '\u00a0',
    '\ufeff',
    '\u0000',
    '\u201c',
    '\u2019',
    '\u05d0\u05d1',
    '\ud83d\ude00',
    '\ud83d',
    '=',
    '==',
    '=~',
    '*',
    '..',
    '1d',
    '0x',
    '1e999',
    '-',
  ],
  ...[
    'where ',
    'let x = ',
    'let x = union x, x;\n',
    '| join (',
    'union *',
    'search *',
    "_GetWatchlist('",
    'datetime(',
    'dynamic({"a": [',
    'Saved(1)',
  ],
  ...[
    '| extend a = ',
    '| summarize count() by ',
    'between (',
    'in~ (',
    'SigninLogs',
    'Custom_CL',
    'toscalar(',
    '| as T',
    'print ',
    '.show tables',
    '#connect ',
  ],
  ...[
    'query: |\n  ',
    'id: ',
    '- ',
    ': ',
    '# ',
    '"query": "',
    '\\n',
    '\\u0041',
    "''",
    '{{',
    '}}',
    '---\n',
    '```kql\n',
    'evaluate pivot(',
    '| mv-expand ',
  ],
];

/** `[start, end, text]` of a change somewhere in a text. */
export function randomEdit(random, text) {
  const at = below(random, text.length + 1);
  const length = Math.min(text.length - at, below(random, random() < 0.1 ? 200 : 12));
  const kind = random();
  if (kind < 0.45) return [at, at, pick(random, SNIPPETS)];
  if (kind < 0.7) return [at, at + length, ''];
  if (kind < 0.8) return [at, at + length, pick(random, SNIPPETS)];
  if (kind < 0.9) {
    const from = below(random, text.length + 1);
    return [at, at, text.slice(from, from + below(random, 120))];
  }
  // A line taken out, or said twice.
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const next = text.indexOf('\n', at);
  const end = next < 0 ? text.length : next + 1;
  return random() < 0.5 ? [start, end, ''] : [end, end, text.slice(start, end)];
}

/** Starts of a text's lines, as the protocol counts them. */
function lineStarts(text) {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\r' && text[i + 1] === '\n') continue;
    if (text[i] === '\n' || text[i] === '\r') starts.push(i + 1);
  }
  return starts;
}

export function positionAt(text, offset) {
  const starts = lineStarts(text);
  let line = starts.length - 1;
  while (starts[line] > offset) line--;
  return { line, character: offset - starts[line] };
}

/** Offset of a position; throws where it lies outside the text. */
export function offsetAt(text, { line, character }, starts = lineStarts(text)) {
  if (!(line >= 0 && line < starts.length)) throw new Error(`line ${line} of ${starts.length}`);
  const offset = starts[line] + character;
  if (character < 0 || offset > (starts[line + 1] ?? text.length))
    throw new Error(`character ${character} of line ${line}`);
  return offset;
}

/** The text after edits of the protocol; throws where they overlap or lie outside. */
export function withEdits(text, edits) {
  const starts = lineStarts(text);
  const list = edits
    .map((e, i) => [offsetAt(text, e.range.start, starts), offsetAt(text, e.range.end, starts), e.newText, i])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[3] - b[3]);
  let out = '';
  let last = 0;
  for (const [start, end, newText] of list) {
    if (end < start) throw new Error('an edit ends before it starts');
    if (start < last) throw new Error('edits overlap');
    out += text.slice(last, start) + newText;
    last = end;
  }
  return out + text.slice(last);
}

/** Every range in an answer. */
export function* rangesIn(value) {
  if (Array.isArray(value)) for (const v of value) yield* rangesIn(v);
  else if (value && typeof value === 'object') {
    if (value.start?.line !== undefined && value.end?.line !== undefined) yield value;
    else for (const v of Object.values(value)) yield* rangesIn(v);
  }
}
