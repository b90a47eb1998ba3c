/** What a run needs and nothing before it: asking for parameters, the results panel, its exports. */
export { askParameters, createParameterMemory } from '../results/askParameters';
export { typedText, withParameters } from '../results/queryParameters';
export { createResultSession } from '../results/resultSession';
