import type { Dynamic, ResultColumn, ScalarType } from '../../protocol/records';
import { boundOf, type ColumnFilter, type FilterKind, filterKinds } from '../../protocol/row-view';
import { button, element, onEscape, setText } from '../dom';
import { cellText } from './cell-text';

export interface ColumnFilterInit {
  /** `old` is the condition that was edited, if any; null takes it off. */
  readonly apply: (old: ColumnFilter | undefined, filter: ColumnFilter | null) => void;
  readonly togglePin: (column: number) => void;
  readonly closed: () => void;
}

export interface ColumnFilterAsk {
  readonly column: ResultColumn;
  readonly index: number;
  /** The condition that holds now, if any. */
  readonly current: ColumnFilter | undefined;
  /** The cell from which the filter was asked for: its value stands in the box. Undefined: asked for from the header. */
  readonly cell: Dynamic | undefined;
  readonly pinned: boolean;
  /** Where the column starts, CSS pixels from the left of the panes. */
  readonly left: number;
}

/** The box in which a condition on one column is set, or the column pinned: Enter applies, Escape gives it up. */
export interface ColumnFilterBox {
  readonly element: HTMLElement;
  open(ask: ColumnFilterAsk): void;
  close(): void;
}

const WIDTH = 280;

export function createColumnFilter(init: ColumnFilterInit): ColumnFilterBox {
  const layer = element('div', { class: 'column-filter' });
  layer.hidden = true;
  const close = () => {
    if (layer.hidden) return;
    layer.hidden = true;
    layer.replaceChildren();
    init.closed();
  };
  onEscape(layer, close);
  // A click elsewhere gives the box up, as it does with every menu.
  document.addEventListener('pointerdown', (event) => {
    if (!layer.hidden && !layer.contains(event.target as Node)) close();
  });
  return {
    element: layer,
    open(ask) {
      const form = filterForm(ask, {
        apply(filter) {
          init.apply(ask.current, filter);
          close();
        },
        togglePin() {
          init.togglePin(ask.index);
          close();
        },
      });
      layer.replaceChildren(form.element);
      layer.hidden = false;
      const most = (layer.parentElement?.clientWidth ?? WIDTH) - WIDTH - 8;
      layer.style.left = `${Math.round(Math.max(4, Math.min(ask.left, most)))}px`;
      form.focus();
    },
    close,
  };
}

interface Fields {
  readonly kind: FilterKind;
  readonly text: string;
  readonly least: string;
  readonly most: string;
}

interface FilterFormInit {
  readonly apply: (filter: ColumnFilter | null) => void;
  readonly togglePin: () => void;
}

function filterForm(ask: ColumnFilterAsk, { apply, togglePin }: FilterFormInit) {
  const { column, index, current } = ask;
  const start = startFields(ask);
  const kind = element(
    'select',
    { attributes: { 'aria-label': 'Condition' } },
    filterKinds(column.type).map((k) =>
      element('option', {
        text: kindWord(k, column.type),
        attributes: { value: k, ...(k === start.kind ? { selected: '' } : {}) },
      }),
    ),
  );
  const text = box('Value', start.text, '');
  const hint = hintOf(column.type);
  const least = box('From', start.least, hint);
  const most = box('To', start.most, hint);
  const range = element('div', { class: 'filter-range' }, [least, element('span', { text: '–' }), most]);
  const fault = element('p', { class: 'filter-fault', attributes: { role: 'alert' } });
  const pinWord = ask.pinned ? 'Unpin column' : 'Pin column';
  const pin = button(pinWord, { icon: 'pin', text: pinWord, class: 'button pin' }, togglePin);
  const remove = button('Clear', { text: 'Clear', class: 'button secondary' }, () => apply(null));
  remove.hidden = current === undefined;
  const submit = element('button', { class: 'button primary', text: 'Apply', attributes: { type: 'submit' } });
  const form = element(
    'form',
    { class: 'filter-form', attributes: { role: 'dialog', 'aria-label': `Filter ${column.name}` } },
    [
      element('p', { class: 'filter-name', text: column.name }),
      kind,
      text,
      range,
      fault,
      element('div', { class: 'filter-buttons' }, [pin, remove, submit]),
    ],
  );
  const arrange = () => {
    const k = kind.value as FilterKind;
    text.hidden = k === 'range' || k === 'empty' || k === 'filled';
    range.hidden = k !== 'range';
    setText(fault, '');
  };
  kind.addEventListener('change', arrange);
  form.addEventListener('input', () => setText(fault, ''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = { kind: kind.value as FilterKind, text: text.value, least: least.value, most: most.value };
    const read = readFilter(index, column.type, fields);
    if (typeof read === 'string') setText(fault, read);
    else apply(read);
  });
  arrange();
  return {
    element: form,
    focus() {
      const first = [text, least].find((node) => !node.closest('[hidden]')) ?? kind;
      first.focus();
      if (first instanceof HTMLInputElement) first.select();
    },
  };
}

function box(label: string, value: string, placeholder: string): HTMLInputElement {
  const node = element('input', {
    attributes: { type: 'text', 'aria-label': label, placeholder, spellcheck: 'false', autocomplete: 'off' },
  });
  node.value = value;
  return node;
}

/** What the boxes hold at first: the condition that holds, else the value of the cell under the cursor. */
function startFields({ column, current, cell }: ColumnFilterAsk): Fields {
  const none: Fields = { kind: filterKinds(column.type)[0]!, text: '', least: '', most: '' };
  if (current) return { ...none, ...current };
  if (cell === undefined) return none;
  const text = cellText(cell);
  return text === '' ? { ...none, kind: 'empty' } : { ...none, kind: 'equals', text };
}

/** The condition, null for one that says nothing, or a sentence on what cannot be read. */
function readFilter(column: number, type: ScalarType, fields: Fields): ColumnFilter | null | string {
  const { kind, text, least, most } = fields;
  if (kind === 'empty' || kind === 'filled') return { column, kind };
  if (kind !== 'range') return text.trim() === '' ? null : { column, kind, text: text.trim() };
  for (const bound of [least, most])
    if (bound.trim() !== '' && boundOf(type, bound) === undefined) return `“${bound}” is no ${typeWord(type)}.`;
  return least.trim() === '' && most.trim() === '' ? null : { column, kind, least: least.trim(), most: most.trim() };
}

const typeWord = (type: ScalarType): string =>
  type === 'datetime' ? 'time' : type === 'timespan' ? 'length of time' : 'number';

const hintOf = (type: ScalarType): string =>
  type === 'datetime' ? '2024-09-02 (UTC)' : type === 'timespan' ? '00:05:00' : '';

function kindWord(kind: FilterKind, type: ScalarType): string {
  switch (kind) {
    case 'contains':
      return 'contains';
    case 'excludes':
      return 'does not contain';
    case 'equals':
      return 'is';
    case 'differs':
      return 'is not';
    case 'empty':
      return 'is empty';
    case 'filled':
      return 'is not empty';
    case 'range':
      return type === 'datetime' || type === 'timespan' ? 'from … until' : 'from … to';
  }
}

/** A condition as a person reads it: `ResultType is 50126`, `Requests 10 – 20`. */
export function filterText(filter: ColumnFilter, column: ResultColumn): string {
  switch (filter.kind) {
    case 'empty':
    case 'filled':
      return `${column.name} ${kindWord(filter.kind, column.type)}`;
    case 'range': {
      const open = column.type === 'datetime' || column.type === 'timespan';
      if (filter.least === '') return `${column.name} ${open ? '<' : '≤'} ${filter.most}`;
      return filter.most === ''
        ? `${column.name} ≥ ${filter.least}`
        : `${column.name} ${filter.least} – ${filter.most}`;
    }
    default:
      return `${column.name} ${kindWord(filter.kind, column.type)} ${filter.text}`;
  }
}
