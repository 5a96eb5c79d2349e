/**
 * What the decoder does not tell before it decodes: how many pixels there are over all frames, and
 * whether the file is whole. Each walk is one pass over the structure of the file and decodes nothing.
 */

export interface Frames {
  /** Pixels over all frames; a walk stops counting once the limit is passed. */
  readonly pixels: number;
  readonly whole: boolean;
}

const BROKEN: Frames = { pixels: 0, whole: false };

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const PNG_SIGNATURE_BYTES = 8;
const PNG_HEADER = 0x49_48_44_52;
const PNG_ANIMATION = 0x61_63_54_4c;
const PNG_END = 0x49_45_4e_44;

/** The decoder is content once it has all rows: only this walk sees that the end is missing. */
export const pngFrames = (bytes: Uint8Array): Frames => {
  const view = viewOf(bytes);
  let pixels = 0;
  let frames = 1;
  for (let at = PNG_SIGNATURE_BYTES; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + 12 + length;
    if (end > bytes.length) break;
    if (type === PNG_HEADER && length >= 8)
      pixels = view.getUint32(at + 8) * view.getUint32(at + 12);
    if (type === PNG_ANIMATION && length >= 4) frames = Math.max(1, view.getUint32(at + 8));
    if (type === PNG_END) return { pixels: pixels * frames, whole: true };
    at = end;
  }
  return { pixels: pixels * frames, whole: false };
};

const GIF_IMAGE = 0x2c;
const GIF_EXTENSION = 0x21;
const GIF_TRAILER = 0x3b;
const GIF_HEADER_BYTES = 13;

const colorTableBytes = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);

/** Index after the chain of sub-blocks that begins at `from`, or beyond the end of a cut file. */
const afterSubBlocks = (bytes: Uint8Array, from: number): number => {
  let at = from;
  for (let length = bytes[at]; length !== undefined; length = bytes[at]) {
    at += length + 1;
    if (length === 0) return at;
  }
  return bytes.length + 1;
};

/** A cut animation still shows its first frame, so the decoder takes it. Frames cover the canvas. */
export const gifFrames = (bytes: Uint8Array): Frames => {
  if (bytes.length < GIF_HEADER_BYTES) return BROKEN;
  const view = viewOf(bytes);
  let width = view.getUint16(6, true);
  let height = view.getUint16(8, true);
  let frames = 0;
  let at = GIF_HEADER_BYTES + colorTableBytes(view.getUint8(10));
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === GIF_TRAILER) return { pixels: width * height * frames, whole: true };
    if (block === GIF_EXTENSION) at = afterSubBlocks(bytes, at + 2);
    else if (block === GIF_IMAGE && at + 10 <= bytes.length) {
      frames += 1;
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      at = afterSubBlocks(bytes, at + 11 + colorTableBytes(view.getUint8(at + 9)));
    } else at += 1;
  }
  return { pixels: width * height * frames, whole: false };
};
