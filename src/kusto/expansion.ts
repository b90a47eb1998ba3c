import { lexemes } from './lexemes';

/** More than this takes the engine seconds: it works through what a name stands for at each of its uses, up to 1 ms a time. */
export const MOST_EXPANSIONS = 3_000;

interface Frame {
  /** Name that a `let` declares; null for the text as a whole. */
  readonly name: string | null;
  /** Open brackets where it was declared. */
  readonly depth: number;
  weight: number;
}

/**
 * How many parts a statement of a query unfolds into at most when each name is replaced by what it stands for. `let b = union a, a; let c = union b, b`
 * doubles with every line. Counted by sight and from above: a column of a name's spelling counts as the name. `of` gives the
 * parts of functions that are declared elsewhere, 0 for other names.
 */
export function expansions(text: string, of: (name: string) => number = () => 0): number {
  const code = lexemes(text).filter((l) => l.kind !== 'comment');
  const weights = new Map<string, number>();
  const frames: Frame[] = [{ name: null, depth: -1, weight: 1 }];
  let depth = 0;
  let most = 1;
  const close = (below: number) => {
    while (frames.length > 1 && frames.at(-1)!.depth >= below) {
      const { name, weight } = frames.pop()!;
      weights.set(name!, weight);
      most = Math.max(most, weight);
    }
  };
  for (let i = 0; i < code.length; i++) {
    const { kind, start, end } = code[i]!;
    const word = text.slice(start, end);
    if (kind === 'sign') {
      if ('([{'.includes(word)) depth++;
      else if (')]}'.includes(word)) {
        close(depth);
        depth = Math.max(0, depth - 1);
      } else if (word === ';') close(depth);
    } else if (kind === 'word') {
      const next = code[i + 1];
      if (word === 'let' && next?.kind === 'word') {
        close(depth);
        frames.push({ name: text.slice(next.start, next.end), depth, weight: 1 });
        i++;
      } else {
        const weight = weights.get(word) ?? of(word);
        if (weight) frames.at(-1)!.weight += weight;
      }
    }
    if (frames.at(-1)!.weight > Number.MAX_SAFE_INTEGER) return Infinity;
  }
  close(0);
  return Math.max(most, frames[0]!.weight);
}

/** `of` for functions whose bodies are at hand: their parts, counted once; one that calls itself is not gone into again. */
export function partsOfBodies(bodyOf: (name: string) => string | undefined): (name: string) => number {
  const known = new Map<string, number>();
  const partsOf = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const body = bodyOf(name);
    if (body === undefined) return 0;
    known.set(name, 1);
    const count = expansions(body, partsOf);
    known.set(name, count);
    return count;
  };
  return partsOf;
}
