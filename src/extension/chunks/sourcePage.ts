export { proofOf, sourceFacts } from '../source/sourceFacts';
export { sourcePage } from '../source/sourcePage';
