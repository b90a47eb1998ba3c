/** parse_csv and parse_command_line, as JSON text. */

/** The fields of the first record; quotes may hold commas, line ends and doubled quotes. */
export function parseCsv(text: string): string {
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
    while (i < text.length && text[i] !== ',' && text[i] !== '\n' && text[i] !== '\r') field += text[i++];
    fields.push(field);
    if (text[i] !== ',') return JSON.stringify(fields);
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
