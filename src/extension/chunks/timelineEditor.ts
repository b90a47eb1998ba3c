export { newReview } from '../../review/template';
export { createTimelineEditor } from '../timeline/timelineEditor';
