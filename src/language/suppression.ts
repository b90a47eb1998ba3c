/**
 * Comments that switch diagnostics off: `// gapline:disable-next-line KS503 GL301`, `// gapline:disable-line`,
 * `// gapline:disable` for the whole query; kql-guard's own words are honoured too. Without codes they mean all. In YAML around a query
 * they are written behind `#`.
 */
const COMMENT = /(?:\/\/|#)[ \t]*(?:gapline|kql-guard):(disable-next-line|disable-line|disable)\b([^\r\n]*)/g;

export function suppressions(text: string): (start: number, code: string) => boolean {
  if (!text.includes(':disable')) return () => false;
  const rules = [...text.matchAll(COMMENT)].map((m) => ({
    kind: m[1]!,
    codes: m[2]!
      .split(/[\s,]+/)
      .filter((c) => /^[A-Z]+\d+$/i.test(c))
      .map((c) => c.toUpperCase()),
    line: lineOf(text, m.index),
  }));
  return (start, code) => {
    const line = lineOf(text, start);
    return rules.some(
      (r) =>
        (r.codes.length === 0 || r.codes.includes(code.toUpperCase())) &&
        (r.kind === 'disable' || (r.kind === 'disable-line' ? r.line === line : r.line + 1 === line)),
    );
  };
}

function lineOf(text: string, at: number): number {
  let line = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}
