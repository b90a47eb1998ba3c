/**
 * Splits a KQL file into its queries. A blank line separates two queries only where neither side says that the text goes
 * on: published rules write `let …;`, a blank line and then the query, and blank lines inside braces or before a pipe.
 */
export interface BlockSpan {
  /** UTF-16 offsets; blocks follow each other without gaps and cover the text. */
  readonly start: number;
  readonly end: number;
}

interface Scan {
  /** Offsets where a line that is not blank starts after at least one blank line, outside strings. */
  readonly boundaries: readonly number[];
  /** For each bracket that is closed: [open, close]. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Comment ranges. */
  readonly comments: readonly (readonly [number, number])[];
}

const CLOSES: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
/** A statement's end, a comma or an assignment: more must follow. A comparison is not an assignment. */
const GOES_ON = /[;,]$|(?:^|[^=!<>~])=$/;
const GOES_ON_INSIDE = /,$|(?:^|[^=!<>~])=$/;
const isBreak = (c: string | undefined): boolean => c === '\n' || c === '\r';

/** End of a string that starts at `at` (its quote); strings end at their quote or at the end of the line. */
export function stringEnd(text: string, at: number, verbatim: boolean): number {
  const quote = text[at]!;
  if (text.startsWith(quote.repeat(3), at) && (quote === '`' || quote === '~')) {
    const close = text.indexOf(quote.repeat(3), at + 3);
    return close < 0 ? text.length : close + 3;
  }
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i]!;
    if (isBreak(c)) return i;
    if (c === '\\' && !verbatim) i++;
    else if (c === quote) {
      if (verbatim && text[i + 1] === quote) i++;
      else return i + 1;
    }
  }
  return text.length;
}

function scan(text: string): Scan {
  const boundaries: number[] = [];
  const pairs: [number, number][] = [];
  const comments: [number, number][] = [];
  const open: { readonly bracket: string; readonly at: number }[] = [];
  let lineHasText = true;
  let sawBlank = false;
  const close = (c: string, at: number) => {
    const wanted = CLOSES[c]!;
    for (let k = open.length - 1; k >= 0; k--) {
      if (open[k]!.bracket !== wanted) continue;
      pairs.push([open[k]!.at, at]);
      open.length = k;
      return;
    }
  };
  for (let i = 0; i < text.length; ) {
    const c = text[i]!;
    if (isBreak(c)) {
      if (!lineHasText) sawBlank = true;
      lineHasText = false;
      i += c === '\r' && text[i + 1] === '\n' ? 2 : 1;
      continue;
    }
    if (c === ' ' || c === '\t' || c === '\u00a0' || c === '\ufeff') {
      i++;
      continue;
    }
    if (!lineHasText) {
      if (sawBlank) boundaries.push(i);
      lineHasText = true;
      sawBlank = false;
    }
    if (c === '/' && text[i + 1] === '/') {
      let end = i;
      while (end < text.length && !isBreak(text[end])) end++;
      comments.push([i, end]);
      i = end;
    } else if (c === '"' || c === "'") i = stringEnd(text, i, text[i - 1] === '@');
    else if ((c === '`' || c === '~') && text.startsWith(c.repeat(3), i)) i = stringEnd(text, i, false);
    else {
      if (c === '(' || c === '[' || c === '{') open.push({ bracket: c, at: i });
      else if (c in CLOSES) close(c, i);
      i++;
    }
  }
  return { boundaries, pairs, comments };
}

/** Start of the line that holds `at`. */
function lineStart(text: string, at: number): number {
  let i = at;
  while (i > 0 && !isBreak(text[i - 1])) i--;
  return i;
}

/** Statements of a query that blank lines set apart, comments with what follows them. */
export function splitStatements(text: string): readonly BlockSpan[] {
  return split(text, false);
}

export function splitBlocks(text: string): readonly BlockSpan[] {
  return split(text, true);
}

function split(text: string, keepLets: boolean): readonly BlockSpan[] {
  const { boundaries, pairs, comments } = scan(text);
  const outer = outermost(pairs);
  const starts = [0];
  let pairAt = 0;
  let commentAt = 0;
  for (const boundary of boundaries) {
    while (pairAt < outer.length && outer[pairAt]![1] < boundary) pairAt++;
    const inside = pairAt < outer.length && outer[pairAt]![0] < boundary;
    while (commentAt < comments.length && comments[commentAt]![1] <= boundary) commentAt++;
    if (inside || joins(text, starts.at(-1)!, boundary, comments, commentAt, keepLets)) continue;
    starts.push(lineStart(text, boundary));
  }
  const tail = keepLets ? trailingBlank(text) : -1;
  if (tail > starts.at(-1)!) starts.push(tail);
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? text.length }));
}

function outermost(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const sorted = [...pairs].sort((a, b) => a[0] - b[0]);
  const out: (readonly [number, number])[] = [];
  for (const p of sorted) if (!out.length || p[0] > out.at(-1)![1]) out.push(p);
  return out;
}

/** True when the text around a blank line goes on: `;` or a comma before it, `|` or a closing bracket after it. */
function joins(
  text: string,
  blockStart: number,
  boundary: number,
  comments: readonly (readonly [number, number])[],
  nextComment: number,
  keepLets: boolean,
): boolean {
  let before = boundary - 1;
  let k = nextComment - 1;
  for (;;) {
    while (before >= blockStart && /\s/.test(text[before]!)) before--;
    if (k >= 0 && comments[k]![0] <= before && before < comments[k]![1]) before = comments[k--]![0] - 1;
    else break;
  }
  // Nothing but comments so far: they belong to the query that follows.
  if (before < blockStart) return true;
  let after = boundary;
  for (let n = nextComment; ; ) {
    while (after < text.length && /\s/.test(text[after]!)) after++;
    if (n < comments.length && comments[n]![0] === after) after = comments[n++]![1];
    else break;
  }
  if (after >= text.length) return false;
  const goesOn = keepLets ? GOES_ON : GOES_ON_INSIDE;
  return goesOn.test(text.slice(Math.max(0, before - 1), before + 1)) || /[|)\]};,]/.test(text[after]!);
}

/** Where a new query would start after the last one: past a final blank line, so that typing there begins afresh. */
function trailingBlank(text: string): number {
  const m = /(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)[ \t]*$/.exec(text);
  if (!m || /^\s*$/.test(text)) return -1;
  const rest = /\s*$/.exec(text)!;
  return GOES_ON.test(text.slice(Math.max(0, rest.index - 2), rest.index))
    ? -1
    : text.length - /[ \t]*$/.exec(text)![0].length;
}
