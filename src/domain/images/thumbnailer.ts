import type { ImageFailure } from "./image-failure.ts";
import type { ImageKind } from "./image-kind.ts";

export interface MadeThumbnail {
  readonly forWidthPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** WebP without metadata but the color profile. */
  readonly content: Uint8Array;
}

export type Reading =
  | {
      readonly kind: ImageKind;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly thumbnails: readonly MadeThumbnail[];
    }
  | { readonly failure: ImageFailure };

/** Reads a file that nobody vouches for. */
export interface Thumbnailer {
  /**
   * Makes a thumbnail for each width, never larger than the image. The same content gives the same
   * bytes. Pixels are counted before any is decoded. Waits its turn: reading is bounded to one image
   * a core.
   *
   * @returns a failure for whatever is wrong with the content; it throws only for what is wrong here.
   */
  make(content: Uint8Array, widthsPx: readonly number[]): Promise<Reading>;
}
