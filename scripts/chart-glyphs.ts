/**
 * Writes the outlines of the characters that charts are lettered with: `node scripts/chart-glyphs.ts`.
 * Run it when the set of characters changes; the result is a part of the repository.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

// The package is CommonJS whose exports Node cannot see, beside a declaration of them.
// oxlint-disable-next-line import/default
import opentype from "opentype.js";

const FONT = fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
const TARGET = "src/adapters/report-forms/glyphs.json";

/** Latin, Greek and Cyrillic letters, and the punctuation and currency signs that go with them. */
const RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x386, 0x3ce],
  [0x401, 0x45f],
  [0x2010, 0x2026],
  [0x20ac, 0x20ac],
];

// oxlint-disable-next-line import/no-named-as-default-member -- as above
const font = opentype.parse((await readFile(FONT)).buffer);
const characters = RANGES.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
);
/** Font units are whole numbers, so the outlines are exact. */
const glyphs = Object.fromEntries(
  characters.flatMap((character) => {
    const glyph = font.charToGlyph(character);
    if (glyph.index === 0) return [];
    const { unitsPerEm } = font;
    return [[character, [glyph.advanceWidth, glyph.getPath(0, 0, unitsPerEm).toPathData(0)]]];
  }),
);
const notice =
  "Outlines from DejaVu Sans 2.37. Glyphs are from Bitstream Vera, (c) Bitstream 2003, and Arev, (c) Tavmjong Bah 2006; DejaVu changes are in the public domain. https://dejavu-fonts.github.io/License.html";
await writeFile(TARGET, `${JSON.stringify({ notice, unitsPerEm: font.unitsPerEm, glyphs })}\n`);
console.log(`${TARGET} ${Object.keys(glyphs).length} glyphs`);
