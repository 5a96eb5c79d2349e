import type { Metadata, Sharp, SharpOptions } from "sharp";

import type { ImageFailure } from "../../domain/images/image-failure.ts";
import { kindOf, type ImageKind } from "../../domain/images/image-kind.ts";
import type { MadeThumbnail, Reading, Thumbnailer } from "../../domain/images/thumbnailer.ts";
import { gifFrames, pngFrames, type Frames } from "./frames.ts";
import { tiffFrames } from "./tiff-frames.ts";
import { once } from "../../domain/once.ts";
import { Turns } from "../../domain/turns.ts";

export interface SharpLimits {
  readonly maxPixels: number;
  readonly timeoutMs: number;
  /** Images that are read at once; each takes one thread. */
  readonly atOnce: number;
}

/** WebP holds no more in either direction. A very tall image is made narrower instead. */
const MAX_SIDE_PX = 16_383;

/**
 * The loaders of the formats that are taken, and SVG: loaders are open or shut for the whole process, and
 * the charts of reports are SVG. All others stay shut, whatever a file looks like.
 */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Heif", "Tiff", "Svg"];

type SharpModule = (input: Uint8Array, options?: SharpOptions) => Sharp;

/** sharp loads a native library: pay for it on the first image, not at start. */
const loadSharp = async (): Promise<SharpModule> => {
  const { default: sharp } = await import("sharp");
  // Each input is read once: a cache would only hold memory.
  sharp.cache(false);
  // One thread an image; what runs side by side is bounded by turns.
  sharp.concurrency(1);
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS.map((loader) => `VipsForeignLoad${loader}`) });
  return sharp;
};

const failed = (code: ImageFailure["code"], message: string): { failure: ImageFailure } => ({
  failure: { code, message },
});

const DAMAGED = failed("image-damaged", "The file is truncated or damaged. Send it again.");

const framesOf = (kind: ImageKind, content: Uint8Array, maxPixels: number): Frames => {
  if (kind === "png") return pngFrames(content);
  if (kind === "gif") return gifFrames(content);
  if (kind === "tiff") return tiffFrames(content, maxPixels);
  return { pixels: 0, whole: true };
};

/** Those of cameras and screens have a few kilobytes, but a small file may unfold to any number. */
const MAX_PROFILE_BYTES = 65_536;

/**
 * Only a profile of RGB fits the RGB that thumbnails are, and only a small one is worth to be in each of
 * them; other images are converted to sRGB.
 */
const hasFittingProfile = ({ icc }: Metadata): boolean =>
  icc !== undefined &&
  icc.length <= MAX_PROFILE_BYTES &&
  icc.subarray(16, 20).toString("latin1") === "RGB ";

const widestFirst = (widthsPx: readonly number[]): readonly number[] =>
  widthsPx.toSorted((a, b) => b - a);

export class SharpThumbnailer implements Thumbnailer {
  readonly #limits: SharpLimits;
  readonly #turns: Turns;
  readonly #sharp = once(loadSharp);

  constructor(limits: SharpLimits) {
    this.#limits = limits;
    this.#turns = new Turns(limits.atOnce);
  }

  async make(content: Uint8Array, widthsPx: readonly number[]): Promise<Reading> {
    const kind = kindOf(content);
    if (content.length === 0) return failed("image-empty", "The file is empty.");
    if (kind === undefined)
      return failed(
        "image-format-unsupported",
        "The file is none of JPEG, PNG, WebP, GIF, AVIF and TIFF.",
      );
    const sharp = await this.#sharp();
    return this.#turns.run(async () => {
      const deadlineMs = performance.now() + this.#limits.timeoutMs;
      try {
        return await this.#read(
          new Source(sharp, content, { ...this.#limits, deadlineMs }),
          kind,
          widthsPx,
        );
      } catch (error) {
        if (error instanceof TypeError || error instanceof RangeError) throw error;
        // Whatever the decoder complains about, the content is the cause, or the time it takes.
        if (performance.now() < deadlineMs) return DAMAGED;
        const seconds = this.#limits.timeoutMs / 1000;
        return failed("image-too-slow", `Reading the image took longer than ${seconds} s.`);
      }
    });
  }

  async #read(source: Source, kind: ImageKind, widthsPx: readonly number[]): Promise<Reading> {
    const frames = framesOf(kind, source.content, this.#limits.maxPixels);
    if (frames.pixels > this.#limits.maxPixels) return this.#tooManyPixels();
    const metadata = await source.metadata();
    // The loader goes by the bytes too. It must not see in them what nobody may send.
    if (metadata.format !== (kind === "avif" ? "heif" : kind)) return DAMAGED;
    const { width, height, pages = 1 } = metadata;
    if (width * height * pages > this.#limits.maxPixels) return this.#tooManyPixels();
    if (!frames.whole) return DAMAGED;

    const { autoOrient } = metadata;
    const thumbnails = await source.thumbnails(widestFirst(widthsPx), hasFittingProfile(metadata));
    return { kind, widthPx: autoOrient.width, heightPx: autoOrient.height, thumbnails };
  }

  #tooManyPixels(): Reading {
    return failed(
      "image-too-many-pixels",
      `The image has more than ${this.#limits.maxPixels} pixels over all its frames.`,
    );
  }
}

interface Bounds {
  readonly maxPixels: number;
  /** On the clock of `performance.now`. */
  readonly deadlineMs: number;
}

/** One image in work. */
class Source {
  readonly content: Uint8Array;
  readonly #sharp: SharpModule;
  readonly #bounds: Bounds;

  constructor(sharp: SharpModule, content: Uint8Array, bounds: Bounds) {
    this.#sharp = sharp;
    this.content = content;
    this.#bounds = bounds;
  }

  /** Reads headers only, however many pixels they announce. */
  metadata(): Promise<Metadata> {
    return this.#open(this.content, false).metadata();
  }

  /**
   * Decodes once, for the widest, and derives each from it: whole files are decoded a third as often as
   * when each width begins at the file, and nobody sees the difference.
   *
   * @param widthsPx widest first.
   * @returns narrowest first.
   */
  async thumbnails(
    widthsPx: readonly number[],
    keepProfile: boolean,
  ): Promise<readonly MadeThumbnail[]> {
    const [widest = 1] = widthsPx;
    const master = await this.#resize(this.content, widest, keepProfile)
      .tiff({ compression: "none" })
      .toBuffer({ resolveWithObject: true });
    const made: MadeThumbnail[] = [];
    for (const forWidthPx of widthsPx) {
      const previous = made.at(-1);
      if (previous && previous.widthPx <= forWidthPx) made.push({ ...previous, forWidthPx });
      else made.push({ forWidthPx, ...(await this.#encode(master.data, forWidthPx, keepProfile)) });
    }
    return made.toReversed();
  }

  async #encode(
    master: Uint8Array,
    widthPx: number,
    keepProfile: boolean,
  ): Promise<Omit<MadeThumbnail, "forWidthPx">> {
    const { data, info } = await this.#resize(master, widthPx, keepProfile)
      .webp()
      .toBuffer({ resolveWithObject: true });
    return { content: data, widthPx: info.width, heightPx: info.height };
  }

  #resize(input: Uint8Array, widthPx: number, keepProfile: boolean): Sharp {
    const image = this.#open(input).autoOrient().resize({
      width: widthPx,
      height: MAX_SIDE_PX,
      fit: "inside",
      withoutEnlargement: true,
    });
    return keepProfile ? image.keepIccProfile() : image;
  }

  /** @throws {Error} once the time is up: each step has what the ones before it have left. */
  #open(input: Uint8Array, limitInputPixels: number | false = this.#bounds.maxPixels): Sharp {
    const leftSeconds = Math.ceil((this.#bounds.deadlineMs - performance.now()) / 1000);
    if (leftSeconds <= 0) throw new Error("the time is up");
    return this.#sharp(input, { failOn: "error", limitInputPixels }).timeout({
      seconds: leftSeconds,
    });
  }
}
