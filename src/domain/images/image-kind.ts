/** The formats that are read. */
export const IMAGE_KINDS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

export const MEDIA_TYPE: Record<ImageKind, string> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  tiff: "image/tiff",
};

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCodePoint(...bytes.subarray(from, to));

/** How each format but WebP and AVIF begins. The last two of TIFF are BigTIFF. */
const BEGINNINGS: readonly (readonly [ImageKind, readonly string[]])[] = [
  ["jpeg", ["\xFF\xD8\xFF"]],
  ["png", ["\x89PNG\r\n\x1A\n"]],
  ["gif", ["GIF87a", "GIF89a"]],
  ["tiff", ["II*\0", "MM\0*", "II+\0", "MM\0+"]],
];

const isWebp = (head: string): boolean => head.startsWith("RIFF") && head.endsWith("WEBP");

const MAX_BRANDS_BYTES = 256;

/** AVIF is a box file that names its brand first or among the compatible ones. */
const isAvif = (bytes: Uint8Array): boolean => {
  if (latin1(bytes, 4, 8) !== "ftyp" || bytes.length < 16) return false;
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const end = Math.min(boxBytes, MAX_BRANDS_BYTES, bytes.length);
  for (let at = 8; at + 4 <= end; at += 4)
    if (at !== 12 && ["avif", "avis"].includes(latin1(bytes, at, at + 4))) return true;
  return false;
};

/**
 * What a file is by its bytes. Names and declared types are not asked: they are the client's word.
 *
 * @returns undefined for everything else, so for SVG, PDF and archives.
 */
export const kindOf = (bytes: Uint8Array): ImageKind | undefined => {
  const head = latin1(bytes, 0, 12);
  const found = BEGINNINGS.find(([, texts]) => texts.some((text) => head.startsWith(text)));
  if (found) return found[0];
  if (isWebp(head)) return "webp";
  return isAvif(bytes) ? "avif" : undefined;
};
