import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import { type BoundQuery, nearest } from '../detections/workspace-schema';
import { withoutCascade } from '../kusto/cascade';
import type { EngineDiagnostic } from '../kusto/editor';
import { type SyntaxNode, walkTree } from '../kusto/editor-tree';
import { MOST_EXPANSIONS } from '../kusto/expansion';
import { isBroken, isProse, isSyntax } from './cascade';
import type { KqlDocument, QueryBlock } from './document';
import { isAboutTypes, isDataColumn, isHintValue, ofDynamic, weighed } from './engine-severity';
import { suppressions } from './suppression';

/** What diagnostics carry for quick fixes. */
export interface DiagnosticData {
  /** Name to put in place of the marked one. */
  readonly replaceWith?: string;
}

const SEVERITY: Record<EngineDiagnostic['severity'], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  suggestion: DiagnosticSeverity.Hint,
  information: DiagnosticSeverity.Information,
};

export const SOURCE = 'kql';

/** Diagnostics of one query, with offsets in the query. */
export interface QueryDiagnostic {
  readonly start: number;
  readonly end: number;
  readonly code: string;
  readonly severity: DiagnosticSeverity;
  readonly message: string;
  readonly tags?: readonly DiagnosticTag[];
  readonly data?: DiagnosticData;
}

/** The two platforms' words for the same time. */
const OTHER_TIME: Readonly<Record<string, string>> = { Timestamp: 'TimeGenerated', TimeGenerated: 'Timestamp' };

/** A column in scope that an unknown name may be meant to be: the other platform's time, another case, a letter off. */
function meantColumn(block: QueryBlock, d: EngineDiagnostic): Partial<QueryDiagnostic> {
  const name = block.text.slice(d.start, d.end);
  const columns = block.engine().columnsInScope(d.start);
  const time = OTHER_TIME[name];
  const near = time && columns.includes(time) ? time : nearest(name, columns);
  if (near === null || near === name) return {};
  return { message: `${d.message} Is “${near}” meant?`, data: { replaceWith: near } };
}

/** What a query's diagnostics are weighed by beside themselves, found out where it is asked for. */
interface Around {
  readonly inInvoke: (at: number) => boolean;
  /** True for the name of a parameter of a function that the query declares. */
  readonly isParameter: (name: string) => boolean;
  /** True where the query calls a function that nobody knows, of whose values no type is known. */
  readonly hasOwnFunction: boolean;
}

/**
 * A saved function is often published as a `let` function and its call, `parser(starttime=starttime, disabled=disabled)`: what it
 * hands on are parameters that are set where it is saved.
 */
function parameterNames(block: QueryBlock): (name: string) => boolean {
  let names: ReadonlySet<string> | undefined;
  return (name) => {
    if (names) return names.has(name);
    const found = new Set<string>();
    const tree = block.engine().tree();
    if (tree) {
      walkTree(tree, (n) => {
        if (n.kind === 'FunctionParameter') found.add(n.text.split(':')[0]!.trim());
      });
    }
    names = found;
    return found.has(name);
  };
}

/**
 * Arguments that the engine's binder refuses and the service takes: a column in `count`, and a list or a bag where a text is read.
 * The binder lets any other dynamic value stand there; the service knows one dynamic type only.
 */
function servedAllTheSame(d: EngineDiagnostic, block: QueryBlock): boolean {
  if (/\bcount\s*\($/.test(block.text.slice(Math.max(0, d.start - 20), d.start))) return true;
  return /\bstring\b/.test(d.message) && anyAt(d, block, (n) => n.end === d.end && n.type() === 'dynamic');
}

/** A plug-in's arguments may be named, and those between be left out: the binder counts them all the same. */
const isNamedInPlugIn = (d: EngineDiagnostic, block: QueryBlock): boolean =>
  anyAt(
    d,
    block,
    (n) =>
      n.kind === 'FunctionCallExpression' &&
      n.parent()?.kind === 'EvaluateOperator' &&
      /[(,]\s*\w+\s*=[^=~]/.test(n.text),
  );

const WHOLE_NUMBER = /^(?:int|long)$/;

/** Keys of a join that are whole numbers of two sizes: the service compares them. */
function meetAsNumbers(d: EngineDiagnostic, block: QueryBlock): boolean {
  const name = block.text.slice(d.start, d.end);
  const isWhole = (side: SyntaxNode | null | undefined) =>
    WHOLE_NUMBER.test(side?.columns()?.find((c) => c.name === name)?.type ?? '');
  return anyAt(d, block, (n) => {
    let join: SyntaxNode | null = n;
    while (join && !/^(?:Join|Lookup)Operator$/.test(join.kind)) join = join.parent();
    return isWhole(join?.part('Expression')) && isWhole(join?.parent()?.part('Expression'));
  });
}

/** True where a node that begins at a diagnostic is such. */
function anyAt(d: EngineDiagnostic, block: QueryBlock, test: (node: SyntaxNode) => boolean): boolean {
  let found = false;
  const tree = block.engine().tree();
  if (tree) {
    walkTree(tree, (n) => {
      if (found || n.start > d.start || n.end < d.end) return false;
      found = n.start === d.start && test(n);
      return !found;
    });
  }
  return found;
}

/** A diagnostic of the engine with the weight and the words that fit; null where it is none. */
function reviewed(d: EngineDiagnostic, block: QueryBlock, around: Around): QueryDiagnostic | null {
  const marked = block.text.slice(d.start, d.end);
  const severity = weighed({
    code: d.code,
    severity: SEVERITY[d.severity],
    marked,
    inInvoke: around.inInvoke(d.start),
  });
  if (severity === null) return null;
  const base = { start: d.start, end: d.end, code: d.code, severity, message: d.message };
  if (around.hasOwnFunction && isAboutTypes(d.code)) return { ...base, severity: DiagnosticSeverity.Information };
  switch (d.code) {
    case 'KS142':
      if (isDataColumn(marked))
        return { ...base, message: `“${marked}” is no column of the schema: it is taken for one that the data has.` };
      if (around.isParameter(marked)) {
        return {
          ...base,
          severity: DiagnosticSeverity.Information,
          message: `“${marked}” is not declared here: it is taken for a parameter of the function that this query is saved as.`,
        };
      }
      return { ...base, ...meantColumn(block, d) };
    case 'KS107':
      return servedAllTheSame(d, block) ? { ...base, severity: DiagnosticSeverity.Information } : base;
    case 'KS005':
      return isHintValue(block.text, d.start)
        ? {
            ...base,
            severity: DiagnosticSeverity.Information,
            message: `“${marked}” is no value of this hint that is known here.`,
          }
        : base;
    case 'KS250':
      return { ...base, message: `${d.message} A comment starts with //.` };
    case 'KS106':
    case 'KS138':
    case 'KS141':
      return ofDynamic(block.text, d) ? { ...base, severity: DiagnosticSeverity.Information } : base;
    case 'KS119':
      return isNamedInPlugIn(d, block) ? { ...base, severity: DiagnosticSeverity.Information } : base;
    case 'KS227':
      return meetAsNumbers(d, block) ? { ...base, severity: DiagnosticSeverity.Information } : base;
    case 'KS507':
      // Published rules are full of old names that go on working.
      return { ...base, tags: [DiagnosticTag.Deprecated] };
    case 'KS245':
      return {
        ...base,
        severity: DiagnosticSeverity.Information,
        message:
          'Names and types are not checked here: too many terms, or too deeply nested. Write a chain of or as in (…) or has_any (…) to have it checked.',
      };
    default:
      return base;
  }
}

function unknownNames(block: QueryBlock): QueryDiagnostic[] {
  return block.bound().unknown.map((u) => {
    const what = u.kind === 'table' ? 'table' : 'function';
    if (u.slip) {
      return {
        start: u.start,
        end: u.end,
        code: u.kind === 'table' ? 'KS204' : 'KS211',
        severity: DiagnosticSeverity.Error,
        message: `There is no ${what} “${u.name}”. Is “${u.near}” meant?`,
        ...(u.near !== null && { data: { replaceWith: u.near } }),
      };
    }
    return {
      start: u.start,
      end: u.end,
      code: 'GL201',
      severity: DiagnosticSeverity.Information,
      message: `“${u.name}” is not a built-in ${what}. It is taken for one of the workspace's own, so its columns are not checked.${u.near === null ? '' : ` Is “${u.near}” meant?`}`,
      ...(u.near !== null && { data: { replaceWith: u.near } }),
    };
  });
}

/** Custom tables that neither the connection nor a published connector knows. */
function unknownCustomTables(block: QueryBlock, known: (name: string) => boolean): QueryDiagnostic[] {
  const found = new Map<string, number>();
  for (const m of block.text.matchAll(/\b[A-Za-z_]\w*_CL\b/g))
    if (!known(m[0]) && !found.has(m[0])) found.set(m[0], m.index);
  const names = new Set<string>();
  const tree = found.size ? block.engine().tree() : null;
  const out: QueryDiagnostic[] = [];
  if (!tree) return out;
  walkTree(tree, (n) => {
    if (n.kind !== 'NameReference' || !found.has(n.text.trim()) || names.has(n.text.trim())) return;
    if (n.symbol()?.kind !== 'table') return;
    names.add(n.text.trim());
    out.push({
      start: n.start,
      end: n.end,
      code: 'GL202',
      severity: DiagnosticSeverity.Information,
      message: `“${n.text.trim()}” is a custom table that is not known here: its columns are not checked.`,
    });
  });
  return out;
}

function invokeRanges(block: QueryBlock): (at: number) => boolean {
  if (!/\binvoke\b/.test(block.text)) return () => false;
  const ranges: [number, number][] = [];
  const tree = block.engine().tree();
  if (tree) {
    walkTree(tree, (n) => {
      if (n.kind === 'InvokeOperator') ranges.push([n.start, n.end]);
    });
  }
  return (at) => ranges.some(([start, end]) => start <= at && at < end);
}

/** Quotes that word processors put in place of KQL's; one diagnostic in place of the cascade they set off. */
function smartQuotes(block: QueryBlock): QueryDiagnostic[] {
  const spans = block.engine().spans();
  const inText = (at: number) =>
    spans.some((s) => (s.kind === 'StringLiteral' || s.kind === 'Comment') && s.start <= at && at < s.end);
  return [...block.text.matchAll(/[\u2018\u2019\u201c\u201d]/g)]
    .filter((m) => !inText(m.index))
    .map((m) => ({
      start: m.index,
      end: m.index + 1,
      code: 'GL203',
      severity: DiagnosticSeverity.Error,
      message: 'A typographic quotation mark: KQL wants " or \'.',
      data: { replaceWith: /[\u2018\u2019]/.test(m[0]) ? "'" : '"' },
    }));
}

/** GL209: one diagnostic for a text that is not KQL, in place of one for each of its words. */
function prose(block: QueryBlock): QueryDiagnostic {
  const start = block.text.search(/\S/);
  const line = block.text.slice(start).search(/[ \t]*[\r\n]/);
  return {
    start,
    end: line < 0 ? block.text.length : start + line,
    code: 'GL209',
    severity: DiagnosticSeverity.Error,
    message: 'This does not read as KQL. A text beside a query starts with //.',
  };
}

const isJoinSide = (block: QueryBlock, d: EngineDiagnostic): boolean =>
  /^\$(?:left|right)$/.test(block.text.slice(d.start, d.end));

const NOT_CHECKED: Record<NonNullable<BoundQuery['beyond']>, string> = {
  deep: 'This query is nested too deeply to be checked.',
  long: 'This query is too long to be checked here. A long list of values is better kept in a watchlist or an external table.',
  unfolds: `This query is not checked: its names read one another so often that it unfolds into more than ${MOST_EXPANSIONS} parts.`,
};

function notChecked(block: QueryBlock, why: NonNullable<BoundQuery['beyond']>): QueryDiagnostic {
  const start = block.text.search(/\S/);
  const message = NOT_CHECKED[why];
  return { start, end: start + 1, code: 'GL205', severity: DiagnosticSeverity.Information, message };
}

/**
 * What the engine and the catalogue say of one query. Kept by the caller; it changes only with the text and the schema.
 * `isKnownCustom` tells published and connected custom tables from others.
 */
export function queryDiagnostics(
  block: QueryBlock,
  isKnownCustom: (name: string) => boolean,
): readonly QueryDiagnostic[] {
  const { query, unknown, beyond } = block.bound();
  if (block.text.trim() === '') return [];
  if (beyond) return [notChecked(block, beyond)];
  const quotes = /[\u2018\u2019\u201c\u201d]/.test(block.text) ? smartQuotes(block) : [];
  const atUnknown = (d: EngineDiagnostic) =>
    unknown.some((u) => u.start === d.start && (u.end === d.end || d.code === 'KS205'));
  const nearQuote = (d: EngineDiagnostic) => quotes.length > 0 && d.start >= quotes[0]!.start - 2;
  const around: Around = {
    inInvoke: invokeRanges(block),
    isParameter: parameterNames(block),
    hasOwnFunction: unknown.some((u) => u.kind === 'function' && !u.slip),
  };
  const ownTables = unknown.some((u) => !u.slip);
  const said = query.diagnostics();
  if (isProse(block.text, said)) return [prose(block)];
  const engine = withoutCascade(
    block.text,
    said.filter((d) => !nearQuote(d)),
    isSyntax,
  )
    .filter((d) => !atUnknown(d))
    // Columns of a table that is not known cannot be asked for on both sides of a join, nor does a side of it that is none.
    .filter((d) => !(ownTables && (d.code === 'KS145' || (d.code === 'KS142' && isJoinSide(block, d)))));
  const broken = isBroken(block.text, engine);
  const unknownAt = new Set(engine.filter((d) => d.code === 'KS142').map((d) => `${d.start}-${d.end}`));
  const advice = broken ? [] : query.advice();
  const found = [
    ...quotes,
    // What is not known has no type either: that it is of a wrong one says nothing more.
    ...[...engine, ...advice]
      .filter((d) => !(d.code === 'KS107' && unknownAt.has(`${d.start}-${d.end}`)))
      .flatMap((d) => reviewed(d, block, around) ?? []),
    ...unknownNames(block),
    ...unknownCustomTables(block, isKnownCustom),
  ];
  const suppressed = suppressions(block.text);
  return found.filter((d) => !suppressed(d.start, d.code)).sort((a, b) => a.start - b.start || a.end - b.end);
}

/** An LSP diagnostic of a query's diagnostic, placed in the document. */
export function placed(document: KqlDocument, block: QueryBlock, d: QueryDiagnostic): Diagnostic {
  // An empty range shows as a dot that nobody finds: it takes the character before or after it.
  let { start, end } = d;
  if (start === end) {
    if (end < block.text.length && !/\s/.test(block.text[end]!)) end++;
    else if (start > 0) {
      while (start > 1 && /\s/.test(block.text[start - 1]!)) start--;
      start--;
    }
  }
  return {
    range: document.range(block, start, end),
    message: d.message,
    severity: d.severity,
    code: d.code,
    source: SOURCE,
    ...(d.tags && { tags: [...d.tags] }),
    ...(d.data && { data: d.data }),
  };
}
