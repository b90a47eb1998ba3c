import { loadSourcePage } from '../lazy';
import type { WhatIfPanel, WhatIfPanelInit } from './panel';

/** The panel, loaded with the first question. */
export function createLazyWhatIf(init: WhatIfPanelInit): WhatIfPanel {
  let loading: Promise<WhatIfPanel> | undefined;
  let made: WhatIfPanel | undefined;
  const panel = () => {
    loading ??= loadSourcePage().then(({ createWhatIfPanel }) => {
      made = createWhatIfPanel(init);
      return made;
    });
    return loading;
  };
  return {
    get shown() {
      return made?.shown;
    },
    show: async (argument) => (await panel()).show(argument),
    dispose: () => made?.dispose(),
  };
}
