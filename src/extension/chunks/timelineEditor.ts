export { newReview } from '../../review/template';
export { writeResults } from '../../review/write';
export { createTimelineEditor } from '../timeline/timelineEditor';
