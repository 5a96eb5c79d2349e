/** Files that are made to hurt: small ones that decode to much, and ones that are not what they say. */
import { crc32, deflateSync } from "node:zlib";

const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

const PNG_SIGNATURE = Buffer.from("\x89PNG\r\n\x1A\n", "latin1");

/** A valid black and white PNG: a few kilobytes stand for as many pixels as wanted. */
export const pngBomb = (widthPx: number, heightPx: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.writeUInt8(1, 8);
  const pixels = deflateSync(Buffer.alloc((1 + Math.ceil(widthPx / 8)) * heightPx));
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk("IHDR", header),
    pngChunk("IDAT", pixels),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
};

/** The PNG with a chunk right after its header. */
export const withPngChunk = (png: Uint8Array, type: string, data: Uint8Array): Buffer =>
  Buffer.concat([png.subarray(0, 33), pngChunk(type, data), png.subarray(33)]);

/** Sets the color profile of a PNG without converting its pixels. */
export const withPngProfile = (png: Uint8Array, profile: Uint8Array): Buffer =>
  withPngChunk(png, "iCCP", Buffer.concat([Buffer.from("x\0\0", "latin1"), deflateSync(profile)]));

/** A GIF whose frames are one pixel each, on a canvas as large as wanted. */
export const gifOfFrames = (widthPx: number, heightPx: number, frames: number): Buffer => {
  const frame = Buffer.concat([
    Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0]),
    Buffer.from([2, 2, 0x44, 1, 0]),
  ]);
  return Buffer.concat([
    Buffer.from("GIF89a", "latin1"),
    uint16(widthPx),
    uint16(heightPx),
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
    ...Array.from({ length: frames }, () => frame),
    Buffer.from([0x3b]),
  ]);
};

export interface TiffPage {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A TIFF of white pages that claim their sizes; only the first rows of each are there. */
export const tiffOfPages = (
  pages: readonly TiffPage[],
  options?: { circular: boolean },
): Buffer => {
  const entryCount = 8;
  const directoryBytes = 2 + entryCount * 12 + 4;
  const dataOffset = 8 + pages.length * directoryBytes;
  const entry = (tag: number, value: number): Buffer =>
    Buffer.concat([uint16(tag), uint16(4), uint32(1), uint32(value)]);
  const directories = pages.map(({ widthPx, heightPx }, index) => {
    const isLast = index === pages.length - 1;
    const next = isLast ? (options?.circular ? 8 : 0) : 8 + (index + 1) * directoryBytes;
    return Buffer.concat([
      uint16(entryCount),
      entry(256, widthPx),
      entry(257, heightPx),
      entry(258, 8),
      entry(259, 1),
      entry(262, 1),
      entry(273, dataOffset),
      entry(278, heightPx),
      entry(279, Math.min(widthPx * heightPx, 1024)),
      uint32(next),
    ]);
  });
  return Buffer.concat([
    Buffer.from("II*\0", "latin1"),
    uint32(8),
    ...directories,
    Buffer.alloc(1024, 0xff),
  ]);
};

/** A TIFF whose directories lie over each other: a megabyte announces hundreds of millions of entries. */
export const tiffOfOverlappingPages = (pages: number): Buffer => {
  const entryCount = 0xff_ff;
  const first = 8;
  const step = 4;
  const lastNext = first + step * pages + 2 + entryCount * 12;
  const bytes = Buffer.alloc(lastNext + 4);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(first, 4);
  for (let page = 0; page < pages; page += 1) {
    const at = first + step * page;
    bytes.writeUInt16LE(entryCount, at);
    bytes.writeUInt32LE(page === pages - 1 ? 0 : at + step, at + 2 + entryCount * 12);
  }
  return bytes;
};

/** Begins like an archive does, with an entry and the directory that closes it. */
export const zip = (): Buffer => {
  const name = Buffer.from("a.txt");
  const local = Buffer.concat([
    Buffer.from("PK\x03\x04", "latin1"),
    Buffer.alloc(22),
    uint16(name.length),
    uint16(0),
    name,
  ]);
  const end = Buffer.concat([Buffer.from("PK\x05\x06", "latin1"), Buffer.alloc(18)]);
  return Buffer.concat([local, end]);
};

export const svg = (): Buffer =>
  Buffer.from(
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  );

const s15Fixed16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(value * 65_536, index * 4);
  return bytes;
};

const D50 = [0.9642, 1, 0.8249] as const;

/** A profile for grey images whose values are linear: without it they look much darker. */
export const linearGreyProfile = (): Buffer => {
  const text = (type: string, value: string): Buffer =>
    Buffer.concat([Buffer.from(type.padEnd(8, "\0"), "latin1"), Buffer.from(value, "latin1")]);
  const description = Buffer.concat([
    Buffer.from("desc\0\0\0\0\0\0\0\x05", "latin1"),
    Buffer.from("grey\0".padEnd(80, "\0"), "latin1"),
  ]);
  const curve = Buffer.from("curv\0\0\0\0\0\0\0\x01\x01\0\0\0", "latin1");
  const white = Buffer.concat([text("XYZ ", ""), s15Fixed16(...D50)]);
  const tags = Object.entries({
    desc: description,
    wtpt: white,
    kTRC: curve,
    cprt: text("text", "CC0\0"),
  });
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length);
  let offset = 128 + table.length;
  for (const [index, [signature, body]] of tags.entries()) {
    table.write(signature, 4 + index * 12, "latin1");
    table.writeUInt32BE(offset, 8 + index * 12);
    table.writeUInt32BE(body.length, 12 + index * 12);
    offset += body.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x02_40_00_00, 8);
  header.write("mntrGRAYXYZ ", 12, "latin1");
  header.write("acsp", 36, "latin1");
  s15Fixed16(...D50).copy(header, 68);
  return Buffer.concat([header, table, ...tags.map(([, body]) => body)]);
};
