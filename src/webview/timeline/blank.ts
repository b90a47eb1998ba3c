import { isEmpty } from '../../timeline/model';
import { element, setIcon, setText } from '../dom';
import type { Part } from './page-state';

/** What stands in place of the picture while there is none: waiting, nothing to show and what to do, or what went wrong. */
export function createBlank(): Part {
  const mark = element('div', { class: 'blank-icon' });
  const title = element('p', { class: 'blank-title' });
  const text = element('p', { class: 'blank-text' });
  const node = element('div', { class: 'blank' }, [mark, title, text]);
  return {
    element: node,
    render({ state: { model } }) {
      node.hidden = model.loaded && !isEmpty(model);
      node.classList.toggle('waiting', !model.loaded);
      if (node.hidden) return;
      setIcon(mark, model.loaded ? 'timeline' : 'hourglass');
      setText(title, model.loaded ? (model.message ?? 'Nothing to show yet') : 'Reading coverage…');
      setText(
        text,
        model.loaded
          ? 'Open a folder with exported logs, or add windows to this review: under "windows:", each with a service, a start and an end. The timeline follows as you type.'
          : (model.progress ?? ''),
      );
    },
  };
}
