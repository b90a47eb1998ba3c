export { openExportQuery } from '../commands/exportQuery';
export { createSourcePanel } from '../source/sourcePanel';
