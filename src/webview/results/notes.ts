import type { GridResult } from '../../protocol/webview';
import { formatCount } from '../../timeline/format';
import { element, icon } from '../dom';
import { pictureOf } from './chart-data';

/** What there is to say of a result, above its rows: that it was cut, where it differs from the cloud's, why it failed. */
export interface Notes {
  readonly element: HTMLElement;
  /** `more`: what is said beside what the result says itself. */
  render(result: GridResult, more: readonly string[]): void;
}

const MORE = 'Export writes all that the query gives; the setting gapline.results.maxRows keeps more.';

export function createNotes(): Notes {
  const line = element('div', { class: 'notes-line', attributes: { role: 'note' } });
  return {
    element: line,
    render(r, more) {
      const { note } = pictureOf(r.render);
      // What was cut is said first, by the connection where it gives the reason.
      const isCut = (text: string) => text.startsWith('Only the first');
      const cut = r.notes.find(isCut) ?? `Only the first ${formatCount(r.rowCount)} rows: the result was cut.`;
      const said = (name: 'warning' | 'error' | 'info', text: string) =>
        element('p', {}, [icon(name), element('span', { text })]);
      line.replaceChildren(
        ...(r.truncated ? [said('warning', `${cut} ${MORE}`)] : []),
        ...r.notes.filter((text) => !r.truncated || !isCut(text)).map((text) => said('info', text)),
        ...(note ? [said('info', note)] : []),
        ...(r.fault?.lines ?? []).map((text) => said('error', text)),
        ...more.map((text) => said('info', text)),
      );
      line.hidden = line.childElementCount === 0;
    },
  };
}
