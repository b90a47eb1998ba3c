const known = new Map<string, boolean>();
/** Names come from rows too: what is remembered of them stays small. */
const REMEMBERED = 1024;

/** True for a name of the IANA time zone database, in any case. Offsets such as `+01:00` are none. */
export function isTimeZone(name: string): boolean {
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  let found = /^[a-z]/i.test(name);
  try {
    if (found) new Intl.DateTimeFormat('en', { timeZone: name });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    found = false;
  }
  if (known.size >= REMEMBERED) known.clear();
  known.set(name, found);
  return found;
}
