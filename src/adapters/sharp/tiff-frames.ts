import type { Frames } from "./frames.ts";

const TAG_WIDTH = 256;
const TAG_HEIGHT = 257;
const TYPE_SHORT = 3;
const TYPE_LONG8 = 16;
const BIG = 43;
/** More pages than any photograph has: bounds the walk over a file made of empty pages. */
const MAX_PAGES = 10_000;
/** Over all directories: they may overlap, so that a small file would announce any number of entries. */
const MAX_ENTRIES = 500_000;

/** Where a directory keeps things; BigTIFF has wider numbers. */
interface Layout {
  readonly countBytes: number;
  readonly entryBytes: number;
  readonly offsetBytes: number;
}

const CLASSIC: Layout = { countBytes: 2, entryBytes: 12, offsetBytes: 4 };
const BIG_TIFF: Layout = { countBytes: 8, entryBytes: 20, offsetBytes: 8 };

class TiffReader {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly layout: Layout;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = bytes[0] === 0x49;
    this.layout = this.number(2, 2) === BIG ? BIG_TIFF : CLASSIC;
  }

  /** @throws {RangeError} beyond the end of the file. */
  number(at: number, size: number): number {
    if (size === 2) return this.#view.getUint16(at, this.#little);
    if (size === 4) return this.#view.getUint32(at, this.#little);
    return Number(this.#view.getBigUint64(at, this.#little));
  }

  /** Value of an entry that holds one number. */
  valueAt(entry: number): number {
    const type = this.number(entry + 2, 2);
    const value = entry + 4 + this.layout.offsetBytes;
    if (type === TYPE_SHORT) return this.number(value, 2);
    return this.number(value, type === TYPE_LONG8 ? 8 : 4);
  }

  get firstDirectory(): number {
    const { offsetBytes } = this.layout;
    return this.number(offsetBytes, offsetBytes);
  }

  /**
   * Pixels of the directory at `at`, and where the next one is; 0 after the last.
   *
   * @throws {RangeError} when it announces more than `maxEntries`.
   */
  directory(at: number, maxEntries: number): { pixels: number; entries: number; next: number } {
    const { countBytes, entryBytes, offsetBytes } = this.layout;
    const entries = this.number(at, countBytes);
    if (entries > maxEntries) throw new RangeError("more entries than any photograph has");
    let width = 0;
    let height = 0;
    for (let index = 0; index < entries; index += 1) {
      const entry = at + countBytes + index * entryBytes;
      const tag = this.number(entry, 2);
      if (tag === TAG_WIDTH) width = this.valueAt(entry);
      if (tag === TAG_HEIGHT) height = this.valueAt(entry);
    }
    const next = this.number(at + countBytes + entries * entryBytes, offsetBytes);
    return { pixels: width * height, entries, next };
  }
}

/**
 * Pages may differ in size: the size of the first one says nothing of the others. Stops beyond
 * `limitPixels`. A chain that runs in a circle, out of the file or on without end is not whole.
 */
export const tiffFrames = (bytes: Uint8Array, limitPixels: number): Frames => {
  const seen = new Set<number>();
  let pixels = 0;
  let entries = 0;
  try {
    const reader = new TiffReader(bytes);
    for (let at = reader.firstDirectory; at !== 0 && pixels <= limitPixels;) {
      if (seen.has(at) || seen.size === MAX_PAGES) return { pixels, whole: false };
      seen.add(at);
      const directory = reader.directory(at, MAX_ENTRIES - entries);
      pixels += directory.pixels;
      entries += directory.entries;
      at = directory.next;
    }
    return { pixels, whole: seen.size > 0 };
  } catch (error) {
    if (error instanceof RangeError) return { pixels, whole: false };
    throw error;
  }
};
