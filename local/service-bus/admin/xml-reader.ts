/** Reads the XML that administration clients send: elements, attributes and text, no document types. */

const MAX_DEPTH = 32;

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** By name without prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

export class XmlError extends Error {}

const TOKEN =
  /<!--[^]*?-->|<\?[^]*?\?>|<\/(?<close>[^\s<>/]+)\s*>|<(?<open>[^\s<>/!?]+)(?<attributes>(?:\s+[^\s=<>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITY = /&(#x[0-9a-f]+|#\d+|\w+);/gi;

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

const unescape = (text: string): string =>
  text.replaceAll(ENTITY, (all, name: string) => {
    if (!name.startsWith("#")) return NAMED[name] ?? all;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10_ffff ? String.fromCodePoint(code) : all;
  });

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

const attributesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name = "", double, single]) => [
      localName(name),
      unescape(double ?? single ?? ""),
    ]),
  );

const newElement = (name: string, attributes: ReadonlyMap<string, string>): OpenElement => ({
  name,
  attributes,
  children: [],
  text: "",
});

/** Takes tokens in turn, and keeps track of the elements that are open. */
class Reading {
  readonly #root = newElement("", new Map());
  readonly #open: OpenElement[] = [this.#root];

  get #innermost(): OpenElement {
    return this.#open.at(-1) ?? this.#root;
  }

  take({ text, close, open, attributes = "", empty }: Readonly<Record<string, string>>): void {
    if (text !== undefined) this.#innermost.text += unescape(text);
    else if (close !== undefined) this.#close(localName(close));
    else if (open !== undefined) this.#begin(open, attributesOf(attributes), empty === "");
  }

  /** The only element there was. */
  end(): XmlElement {
    const [element, ...others] = this.#root.children;
    if (!element || others.length > 0 || this.#open.length > 1 || this.#root.text.trim() !== "")
      throw new XmlError("Expected one element");
    return element;
  }

  #begin(name: string, attributes: ReadonlyMap<string, string>, hasContent: boolean): void {
    const element = newElement(localName(name), attributes);
    this.#innermost.children.push(element);
    if (!hasContent) return;
    this.#open.push(element);
    if (this.#open.length > MAX_DEPTH) throw new XmlError("Elements are nested too deep");
  }

  #close(name: string): void {
    if (this.#innermost.name !== name) throw new XmlError(`'${name}' ends and was not begun`);
    this.#open.pop();
  }
}

/** @throws {XmlError} when the text is not one element with what is in it. */
export const readXml = (xml: string): XmlElement => {
  const text = xml.replace(/^\uFEFF/, "");
  const token = new RegExp(TOKEN);
  const reading = new Reading();
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const groups = token.exec(text)?.groups;
    if (!groups) throw new XmlError(`This is no XML, at character ${at}`);
    reading.take(groups);
  }
  return reading.end();
};

/** The first element of this name, at any depth. */
export const findElement = (element: XmlElement, name: string): XmlElement | undefined => {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = findElement(child, name);
    if (found) return found;
  }
  return undefined;
};

/** The text of a child; undefined when there is none, or nothing in it. */
export const textOf = (element: XmlElement, name: string): string | undefined => {
  const text = element.children.find((child) => child.name === name)?.text.trim();
  return text === "" ? undefined : text;
};
