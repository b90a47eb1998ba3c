import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
  type MarkupContent,
  type Position,
} from 'vscode-languageserver-types';
import type { EmbeddedText } from '../detections/offset-map';
import { meaningOf } from '../detections/value-meanings';
import type { EngineCompletion } from '../kusto/editor';
import type { Dialect } from '../protocol/language';
import { documentationOf } from './docs';
import type { KqlDocument } from './document';
import { writtenIn } from './host-edit';
import { resourceGraphItems } from './resource-graph';
import type { SchemaProvider } from './schema';

const KINDS: Record<string, CompletionItemKind> = {
  Keyword: CompletionItemKind.Keyword,
  Syntax: CompletionItemKind.Keyword,
  Punctuation: CompletionItemKind.Operator,
  Identifier: CompletionItemKind.Variable,
  Example: CompletionItemKind.Value,
  ScalarPrefix: CompletionItemKind.Keyword,
  TabularPrefix: CompletionItemKind.Keyword,
  TabularSuffix: CompletionItemKind.Keyword,
  QueryPrefix: CompletionItemKind.Keyword,
  CommandPrefix: CompletionItemKind.Keyword,
  ScalarInfix: CompletionItemKind.Operator,
  RenderChart: CompletionItemKind.EnumMember,
  Column: CompletionItemKind.Field,
  Table: CompletionItemKind.Struct,
  MaterialiedView: CompletionItemKind.Struct,
  BuiltInFunction: CompletionItemKind.Function,
  LocalFunction: CompletionItemKind.Function,
  DatabaseFunction: CompletionItemKind.Function,
  AggregateFunction: CompletionItemKind.Function,
  Parameter: CompletionItemKind.Variable,
  Variable: CompletionItemKind.Variable,
  Database: CompletionItemKind.Module,
  Cluster: CompletionItemKind.Module,
  ScalarType: CompletionItemKind.TypeParameter,
  Option: CompletionItemKind.Property,
};

const escapeSnippet = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

/** What a completion carries so that its documentation can be found when it is looked at. */
interface ItemData {
  readonly kind: string;
  readonly name: string;
}

function itemOf(c: EngineCompletion, embedded: EmbeddedText | null): CompletionItem {
  // A table's completion brings a line break and a pipe, which nobody wants inside a join.
  const plain = c.kind === 'Table' ? c.before.replace(/\s*\|?\s*$/, '') : c.before;
  // What the host cannot hold is inserted as it is, and the host's own diagnostics say so.
  const before = writtenIn(embedded, plain) ?? plain;
  const snippet = c.after !== '';
  const name = /^[\w-]+/.exec(c.matchText)?.[0] ?? c.matchText;
  const text = snippet ? `${escapeSnippet(before)}$0${escapeSnippet(writtenIn(embedded, c.after) ?? c.after)}` : before;
  const item: CompletionItem = { label: c.label, kind: KINDS[c.kind] ?? CompletionItemKind.Text };
  // Columns that every table has (_BilledSize, _ItemId) come after its own.
  const order = c.kind === 'Column' && c.label.startsWith('_') ? c.orderText.replace(/^(\d*)/, '$1~') : c.orderText;
  if (order !== c.label) item.sortText = order;
  if (c.matchText !== c.label) item.filterText = c.matchText;
  if (text !== c.label) item.textEditText = text;
  if (snippet) item.insertTextFormat = InsertTextFormat.Snippet;
  if (c.retrigger && c.kind !== 'Table') item.command = { title: '', command: 'editor.action.triggerSuggest' };
  const data: ItemData = { kind: c.kind, name };
  item.data = data;
  return item;
}

/**
 * Completions at a position. The edit range is given once for the list; a client that does not know list defaults is served
 * by `withOwnEdits`.
 */
export function completions(
  document: KqlDocument,
  position: Position,
  schema: SchemaProvider,
  dialect: Dialect,
): CompletionList {
  const at = document.at(position);
  if (!at) return { isIncomplete: false, items: [] };
  const found = at.block.engine().completions(at.offset);
  // The schema of a name being typed may not be known yet: the engine's own start is trusted, its end never lies before the caret.
  const end = Math.max(found.editStart + found.editLength, at.offset);
  const column = comparedBefore(at.block.text.slice(Math.max(0, found.editStart - 200), found.editStart));
  const replace = document.range(at.block, found.editStart, end);
  const insert = document.range(at.block, found.editStart, at.offset);
  return {
    isIncomplete: false,
    itemDefaults: { editRange: { insert, replace } },
    items: [
      ...found.items.filter((i) => i.label !== '').map((i) => explained(itemOf(i, at.block.embedded), i.kind, column)),
      ...rareItems(at.block.text, at.offset, found.items, schema),
      ...(dialect === 'resourceGraph' && found.items.some((i) => i.kind === 'Table')
        ? resourceGraphItems(new Set(found.items.map((i) => i.label)))
        : []),
    ],
  };
}

/** The column that a value is about to be compared with. */
const comparedBefore = (text: string): string | null =>
  /([A-Za-z_]\w*)\s*(?:[!=]=|[!=]~|!?in~?\s*\()[^|()]*$/.exec(text)?.[1] ?? null;

/** A value with what it means. */
function explained(item: CompletionItem, kind: string, column: string | null): CompletionItem {
  if (kind !== 'Example' || column === null) return item;
  const bare = item.label.replace(/^["'](.*)["']$/, '$1');
  const meaning = meaningOf(column, bare) ?? meaningOf(column, bare, ['AuditLogs', 'SigninLogs']);
  return meaning === null ? item : { ...item, labelDetails: { description: meaning } };
}

/** Parsers of single products and functions for `invoke`, which the engine is told of only once a query names them. */
function rareItems(
  text: string,
  at: number,
  found: readonly EngineCompletion[],
  schema: SchemaProvider,
): CompletionItem[] {
  const prefix = /[A-Za-z_]\w*$/.exec(text.slice(Math.max(0, at - 100), at))?.[0] ?? '';
  const invoked = /\binvoke\s+\w*$/.test(text.slice(Math.max(0, at - 140), at));
  // Without a few letters the list would be a thousand names long.
  if (!invoked && (prefix.length < 3 || !found.some((i) => i.kind === 'Table'))) return [];
  return schema
    .current()
    .rareFunctions(prefix, invoked)
    .map((name) => {
      const data: ItemData = { kind: 'DatabaseFunction', name };
      return {
        label: name,
        kind: CompletionItemKind.Function,
        // After tables and functions of the same letters.
        sortText: `099_${name.toLowerCase()}`,
        textEditText: invoked ? `${name}($0)` : name,
        ...(invoked && { insertTextFormat: InsertTextFormat.Snippet }),
        data,
      };
    });
}

/** The same list for clients without `itemDefaults.editRange`. */
export function withOwnEdits(list: CompletionList): CompletionList {
  const range = list.itemDefaults?.editRange;
  const replace = range && 'replace' in range ? range.replace : range;
  return {
    isIncomplete: list.isIncomplete,
    items: list.items.map(({ textEditText, ...item }) =>
      replace ? { ...item, textEdit: { range: replace, newText: textEditText ?? item.label } } : item,
    ),
  };
}

/** Adds the documentation of the item that a person looks at. */
export function resolveCompletion(item: CompletionItem): CompletionItem {
  const data = item.data as ItemData | undefined;
  const text = data ? documentationOf(data.name, data.kind) : null;
  if (text === null) return item;
  const documentation: MarkupContent = { kind: 'markdown', value: text };
  return { ...item, documentation };
}
