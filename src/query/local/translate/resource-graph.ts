import { lexemes } from '../../../kusto/lexemes';

/**
 * `arg("").Resources` reads a table of Azure Resource Graph. An export of that table in the folder stands for it: then the text is
 * bound as if it named the table, with blanks before it so that places stay the user's. Others are left as they are, and refused.
 */
export function withExportsOfResourceGraph(kql: string, tables: ReadonlySet<string>): string {
  if (!/\barg\s*\(/.test(kql)) return kql;
  const pieces = lexemes(kql).filter((x) => x.kind !== 'comment');
  const written = (i: number) => (pieces[i] ? kql.slice(pieces[i].start, pieces[i].end) : '');
  let out = kql;
  pieces.forEach((piece, i) => {
    const isCall = written(i) === 'arg' && written(i + 1) === '(' && written(i + 3) === ')' && written(i + 4) === '.';
    const table = pieces[i + 5];
    if (!isCall || pieces[i + 2]?.kind !== 'string' || !table || !tables.has(written(i + 5))) return;
    out = out.slice(0, piece.start) + out.slice(piece.start, table.start).replace(/\S/g, ' ') + out.slice(table.start);
  });
  return out;
}

/** What is said of the data of others, by the function that would ask for it. */
export const NOT_ASKED: ReadonlyMap<string, string> = new Map([
  [
    'arg',
    'Azure Resource Graph is never asked; an export of the table in the folder, under its name (Resources), would be used.',
  ],
  ['workspace', 'Another workspace is never asked; export its table into the folder and name it without workspace().'],
  ['app', 'Another application is never asked; export its table into the folder and name it without app().'],
]);
