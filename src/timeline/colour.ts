/** A colour without its transparency: some themes hand out chart colours meant to lie over text, too faint for a line. */
export function opaque(colour: string): string {
  const hex = /^#(?:([0-9a-f]{6})[0-9a-f]{2}|([0-9a-f]{3})[0-9a-f])$/i.exec(colour);
  if (hex) return `#${hex[1] ?? hex[2]}`;
  const rgba = /^rgba\((.+),[^,]+\)$/i.exec(colour);
  return rgba ? `rgb(${rgba[1]})` : colour;
}
