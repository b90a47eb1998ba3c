/**
 * The heavy parts, each built to a file of its own and loaded when it is first needed. The paths hold in the source and
 * beside the built entry alike, so this file must stay in the same folder as `extension.ts`.
 */
export const loadLanguageClient = () => import('./chunks/languageClient.js');
export const loadDataClient = () => import('./chunks/dataClient.js');
export const loadSourcePage = () => import('./chunks/sourcePage.js');
export const loadTimelineEditor = () => import('./chunks/timelineEditor.js');
export const loadResults = () => import('./chunks/results.js');
