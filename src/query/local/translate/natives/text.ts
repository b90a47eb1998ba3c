/** parse_csv and parse_command_line, as JSON text, and replace_strings. */

/** The fields of the first record; quotes may hold delimiters, line ends and doubled quotes. */
export function parseCsv(text: string, delimiter = ','): string {
  const fields: string[] = [];
  let i = 0;
  for (;;) {
    let field = '';
    if (text[i] === '"') {
      i++;
      while (i < text.length) {
        if (text[i] === '"' && text[i + 1] === '"') {
          field += '"';
          i += 2;
        } else if (text[i] === '"') {
          i++;
          break;
        } else field += text[i++];
      }
    }
    while (i < text.length && text[i] !== delimiter && text[i] !== '\n' && text[i] !== '\r') field += text[i++];
    fields.push(field);
    if (text[i] !== delimiter) return JSON.stringify(fields);
    i++;
  }
}

/** Arguments by the rules of Windows' CommandLineToArgv: 2n backslashes before a quote are n, 2n+1 a quote of the text. */
export function parseCommandLine(line: string): string | null {
  const args: string[] = [];
  let arg = '';
  let open = false;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === '\\') {
      let n = 1;
      while (line[i + n] === '\\') n++;
      const before = line[i + n] === '"';
      arg += '\\'.repeat(before ? Math.floor(n / 2) : n);
      open = true;
      i += n - 1;
      if (before && n % 2 === 1) {
        arg += '"';
        i++;
      }
    } else if (c === '"') {
      quoted = !quoted;
      open = true;
    } else if (/\s/.test(c) && !quoted) {
      if (open) args.push(arg);
      arg = '';
      open = false;
    } else {
      arg += c;
      open = true;
    }
  }
  if (open) args.push(arg);
  return args.length ? JSON.stringify(args) : null;
}

/**
 * Each text of `from` is replaced by the one beside it in `to`; what a text earlier in the list has matched is not looked at
 * again. A match with nothing to put in its place stays, and is not looked at either.
 */
export function replaceStrings(text: string, fromJson: string, toJson: string): string | null {
  const from: unknown = JSON.parse(fromJson);
  const to: unknown = JSON.parse(toJson);
  if (!Array.isArray(from)) return null;
  // Parts that are still looked at stand at even places, those that are settled at odd ones.
  let parts = [text];
  for (const [i, match] of from.entries()) {
    if (typeof match !== 'string' || match === '') continue;
    const found: unknown = Array.isArray(to) ? to[i] : to;
    const put = typeof found === 'string' ? found : match;
    parts = parts.flatMap((part, at) =>
      at % 2 ? [part] : part.split(match).flatMap((piece, n) => (n ? [put, piece] : [piece])),
    );
  }
  return parts.join('');
}
