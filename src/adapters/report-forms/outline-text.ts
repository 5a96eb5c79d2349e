import glyphs from "./glyphs.json" with { type: "json" };

/** `[advance, path]` in font units, the baseline at 0, down positive. */
type Glyph = readonly [advance: number, path: string];

const isGlyph = (value: unknown): value is Glyph =>
  Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "string";

const GLYPHS: ReadonlyMap<string, Glyph> = new Map(
  Object.entries(glyphs.glyphs).flatMap(([character, glyph]): [string, Glyph][] =>
    isGlyph(glyph) ? [[character, glyph]] : [],
  ),
);

/** For a character that there is no outline of: a box as wide as most letters. */
const BOX: Glyph = [1229, "M100 0L100-1493L1129-1493L1129 0ZM202-102L1027-102L1027-1391L202-1391Z"];

/** Where letters without descenders have their middle, in parts of the font's size. */
const MIDDLE = 0.365;

const TEXT = /<text(?<attributes>[^>]*)>(?<content>[^<]*)<\/text>/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
};

const attribute = (attributes: string, name: string): string | undefined =>
  new RegExp(`(?:^|[\\s;"])${name}[=:]"?(?<value>[^";]*)`, "u").exec(attributes)?.groups?.["value"];

const numberIn = (attributes: string, name: string, otherwise: number): number => {
  const value = Number.parseFloat(attribute(attributes, name) ?? "");
  return Number.isNaN(value) ? otherwise : value;
};

const ANCHORS: Readonly<Record<string, number>> = { start: 0, middle: 0.5, end: 1 };

const outlined = (attributes: string, content: string): string => {
  const text = content.replaceAll(
    /&(?<name>#39|\w+);/gu,
    (entity, name: string) => ENTITIES[name] ?? entity,
  );
  const scale = numberIn(attributes, "font-size", 12) / glyphs.unitsPerEm;
  const letters = Array.from(text, (character) => GLYPHS.get(character) ?? BOX);
  const width = letters.reduce((sum, [advance]) => sum + advance, 0) * scale;
  const anchor = ANCHORS[attribute(attributes, "text-anchor") ?? "start"] ?? 0;
  const isCentered = attribute(attributes, "dominant-baseline") === "central";
  const left = numberIn(attributes, "x", 0) - anchor * width;
  const base = numberIn(attributes, "y", 0) + (isCentered ? MIDDLE * scale * glyphs.unitsPerEm : 0);
  let at = 0;
  const paths = letters.map(([advance, path]) => {
    const placed =
      path === "" ? "" : `<path transform="translate(${at})" fill-rule="nonzero" d="${path}"/>`;
    at += advance;
    return placed;
  });
  const transform = attribute(attributes, "transform") ?? "";
  const fill = attribute(attributes, "fill") ?? "#000";
  return `<g transform="${transform} translate(${left.toFixed(2)} ${base.toFixed(2)}) scale(${scale.toFixed(6)})" fill="${fill}">${paths.join("")}</g>`;
};

/**
 * Replaces the texts of an SVG by their outlines, so that it looks the same where there are no fonts:
 * the machines that functions run on have none for sure.
 */
export const outlineText = (svg: string): string =>
  svg.replaceAll(TEXT, (...match) => {
    const groups: unknown = match.at(-1);
    if (typeof groups !== "object" || groups === null) return "";
    const attributes: unknown = Reflect.get(groups, "attributes");
    const content: unknown = Reflect.get(groups, "content");
    return outlined(String(attributes), String(content));
  });
