/**
 * parse_xml: XML as JSON text. Attributes become `@name`, text beside elements `#text`, repeated elements arrays, an element
 * with nothing but text that text, an empty one null. Text that is no XML gives null.
 */

type Node = null | string | NodeBag;
interface NodeBag {
  [key: string]: Node | Node[];
}

const DEEPEST = 200;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescaped = (s: string): string =>
  s.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (all, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? all;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });

class BrokenXml extends Error {}

function attributesOf(text: string): NodeBag {
  const bag: NodeBag = Object.create(null) as NodeBag;
  for (const m of text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    bag[`@${m[1]}`] = unescaped(m[2] ?? m[3] ?? '');
  return bag;
}

function add(bag: NodeBag, name: string, node: Node): void {
  const known = bag[name];
  if (known === undefined) bag[name] = node;
  else if (Array.isArray(known)) known.push(node);
  else bag[name] = [known, node];
}

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?([^\s?]+)([\s\S]*?)\?>|<!DOCTYPE[^>]*>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;

interface Open {
  readonly name: string;
  readonly bag: NodeBag;
  text: string;
}

/** An element's value once it is closed. */
function closed(element: Open): Node {
  const empty = Object.keys(element.bag).length === 0;
  if (empty) return element.text === '' ? null : element.text;
  if (element.text.trim() !== '') element.bag['#text'] = element.text;
  return element.bag;
}

function readXml(xml: string): NodeBag {
  const root: Open = { name: '', bag: Object.create(null) as NodeBag, text: '' };
  const open: Open[] = [root];
  let end = 0;
  for (const m of xml.matchAll(TOKEN)) {
    end = m.index + m[0].length;
    const top = open.at(-1)!;
    const [, cdata, instruction, content, close, name, attributes, alone, text] = m;
    if (cdata !== undefined) add(top.bag, '#cdata-section', cdata);
    else if (instruction !== undefined) add(top.bag, `?${instruction}`, attributesOf(content ?? ''));
    else if (text !== undefined) {
      if (open.length === 1 && text.trim()) throw new BrokenXml();
      if (text.trim()) top.text += unescaped(text);
    } else if (name !== undefined) {
      const element: Open = { name, bag: attributesOf(attributes ?? ''), text: '' };
      if (alone) add(top.bag, name, closed(element));
      else open.push(element);
      if (open.length > DEEPEST) throw new BrokenXml();
    } else if (close !== undefined) {
      if (open.length === 1 || top.name !== close) throw new BrokenXml();
      open.pop();
      add(open.at(-1)!.bag, top.name, closed(top));
    }
  }
  if (open.length > 1 || end !== xml.length) throw new BrokenXml();
  return root.bag;
}

export function parseXml(xml: string): string | null {
  try {
    const bag = readXml(xml.trim());
    return Object.keys(bag).length ? JSON.stringify(bag) : null;
  } catch (error) {
    if (error instanceof BrokenXml) return null;
    throw error;
  }
}
