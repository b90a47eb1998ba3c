export { openExportQuery } from '../commands/exportQuery';
export { createSourcePanel } from '../source/sourcePanel';
export { createWhatIfPanel } from '../whatif/whatIfPanel';
