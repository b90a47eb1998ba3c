/**
 * Queries that the engine would take too long over. It cannot be interrupted: brackets cost their depth squared, words about
 * 0.15 ms each, and a process that does not answer for seconds is replaced.
 */
const DEEPEST = 1500;
const MOST_WORDS = 20_000;

/** Why a query is not given to the engine, or null where it may be. */
export function beyondEngine(text: string): 'deep' | 'long' | null {
  // No text this short can go beyond either limit.
  if (text.length <= DEEPEST) return null;
  let depth = 0;
  let words = 0;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const isWord = (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95 || (c >= 97 && c <= 122);
    if (isWord && !inWord && ++words > MOST_WORDS) return 'long';
    inWord = isWord;
    if (c === 40 || c === 91 || c === 123) {
      if (++depth > DEEPEST) return 'deep';
    } else if ((c === 41 || c === 93 || c === 125) && depth > 0) depth--;
  }
  return null;
}
