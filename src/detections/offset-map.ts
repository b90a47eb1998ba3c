/** A text that lies inside a host file, with positions mapped both ways. */
export interface EmbeddedText {
  readonly text: string;
  /** Host offsets that the text spans. */
  readonly hostStart: number;
  readonly hostEnd: number;
  /** How the host writes it; edits must be written the same way. */
  readonly style: 'whole' | 'block' | 'folded' | 'plain' | 'single' | 'double' | 'json' | 'bicep';
  /** Blanks before each further line of a block. */
  readonly indent: string;
  toHost(offset: number): number;
  /** Nearest text offset; null outside the text. */
  fromHost(offset: number): number | null;
}

/** A text that is its own host. */
export function wholeText(text: string): EmbeddedText {
  return {
    text,
    hostStart: 0,
    hostEnd: text.length,
    style: 'whole',
    indent: '',
    toHost: (offset) => Math.max(0, Math.min(offset, text.length)),
    fromHost: (offset) => (offset >= 0 && offset <= text.length ? offset : null),
  };
}

/** Embedded text from a table that gives the host offset of each of its characters, and of its end. */
export function mappedText(
  text: string,
  hostOf: Int32Array,
  style: EmbeddedText['style'],
  indent: string,
  hostStart = hostOf[0]!,
): EmbeddedText {
  const hostEnd = hostOf[text.length]!;
  return {
    text,
    hostStart,
    hostEnd,
    style,
    indent,
    toHost: (offset) => hostOf[Math.max(0, Math.min(offset, text.length))]!,
    fromHost: (offset) => {
      if (offset < hostStart || offset > hostEnd) return null;
      let low = 0;
      let high = text.length;
      while (low < high) {
        const mid = (low + high + 1) >> 1;
        if (hostOf[mid]! <= offset) low = mid;
        else high = mid - 1;
      }
      return low;
    },
  };
}
