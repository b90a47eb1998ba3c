/** What a run needs and nothing before it: its time range and parameters, the results panel, its exports. */
export { readAnswers, sayNothingToExport } from '../results/exportResult';
export { createResultSession } from '../results/resultSession';
export { createRunSettings } from '../results/runSettings';
