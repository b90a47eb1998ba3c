/** parse_url, parse_urlquery and parse_path, as JSON text. */

const decode = (s: string): string => {
  try {
    return decodeURIComponent(s.replace(/\+/g, ' '));
  } catch {
    return s;
  }
};

function queryOf(query: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const part of query.replace(/^\?/, '').split('&')) {
    if (!part) continue;
    const at = part.indexOf('=');
    const key = decode(at < 0 ? part : part.slice(0, at));
    if (!(key in found)) found[key] = decode(at < 0 ? '' : part.slice(at + 1));
  }
  return found;
}

const URL_PARTS =
  /^([A-Za-z][\w+.-]*):(?:\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?)?([^?#]*)(\?[^#]*)?(?:#(.*))?$/s;

export function parseUrl(url: string): string {
  const m = URL_PARTS.exec(url.trim());
  const [, scheme = '', user = '', password = '', host = '', port = '', path = '', query = '', fragment = ''] = m ?? [];
  return JSON.stringify({
    Scheme: scheme,
    Host: host,
    Port: port,
    Path: path,
    Username: user,
    Password: password,
    'Query Parameters': queryOf(query),
    Fragment: fragment,
  });
}

export const parseUrlQuery = (query: string): string => JSON.stringify({ 'Query Parameters': queryOf(query) });

/** A path's parts: Windows, UNC, POSIX and URI paths. */
export function parsePath(path: string): string {
  const scheme = /^([A-Za-z][\w+.-]+):\/\//.exec(path);
  const rest = scheme ? path.slice(scheme[0].length) : path;
  const root = /^(?:[A-Za-z]:(?=[\\/]|$)|\\\\[^\\/]+)/.exec(rest)?.[0] ?? '';
  const cut = Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\'));
  const file = rest.slice(cut + 1);
  const stream = /^([^:]*):([^:]+)$/.exec(file);
  const name = stream ? stream[1]! : file;
  const directory = cut > 0 ? rest.slice(0, cut) : '';
  const dot = name.lastIndexOf('.');
  return JSON.stringify({
    Scheme: scheme?.[1] ?? '',
    RootPath: root.replace(/^\\\\/, ''),
    DirectoryPath: directory,
    DirectoryName: directory.slice(Math.max(directory.lastIndexOf('/'), directory.lastIndexOf('\\')) + 1),
    Filename: name,
    Extension: dot > 0 ? name.slice(dot + 1) : '',
    AlternateDataStreamName: stream?.[2] ?? '',
  });
}

/** Percent encoding as the engine writes it: lower-case digits; letters, digits and `-_.!*()` stay. */
export function encodeUrl(text: string, space: string): string {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const c = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.!*()]/.test(c)) out += c;
    else out += c === ' ' ? space : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return out;
}
