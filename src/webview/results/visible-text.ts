/**
 * Characters that are not seen and change what is: controls (line breaks and tabs aside), and those that turn the direction of the
 * text around them or have no width. Joiners stay, since letters and pictures are made with them.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text as it is shown: what is not seen is named, so that `\\u202Egpj.exe` does not pass for `exe.jpg`. Copies, filters and exports
 * hold the text itself.
 */
export const visibleText = (text: string): string => text.replace(UNSEEN, named);

function named(c: string): string {
  const code = c.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
