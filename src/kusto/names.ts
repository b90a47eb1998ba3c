/** Names that a query mentions, found without the engine: enough to know which tables to declare before it binds. */
const WORDS = /\b[A-Za-z_]\w*_CL\b/g;

/** Custom tables (`_CL`) that a text names, in order of first mention. */
export function customTableNames(text: string): readonly string[] {
  return text.includes('_CL') ? [...new Set(text.match(WORDS) ?? [])] : [];
}

/** Every different word of a text. */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.match(/[A-Za-z_]\w*/g) ?? [])];
}
