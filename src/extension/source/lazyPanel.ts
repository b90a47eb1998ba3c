import { loadSourcePage } from '../lazy';
import type { SourcePanel, SourcePanelInit } from './panel';

/** The panel, loaded with the first page that is asked for. */
export function createLazyPanel(init: SourcePanelInit): SourcePanel {
  let loading: Promise<SourcePanel> | undefined;
  let made: SourcePanel | undefined;
  const panel = () => {
    loading ??= loadSourcePage().then(({ createSourcePanel }) => {
      made = createSourcePanel(init);
      return made;
    });
    return loading;
  };
  return {
    get shown() {
      return made?.shown;
    },
    show: async (source) => (await panel()).show(source),
    openProof: async (link) => (await panel()).openProof(link),
    dispose: () => made?.dispose(),
  };
}
