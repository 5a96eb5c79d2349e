import { outlineText } from "./outline-text.ts";
import type { Chart } from "./charts.ts";

/** Twice the chart's size, for dense screens. */
const DENSITY_DPI = 144;

/** A chart as a PNG on white, which looks the same on every machine: its texts are outlines. */
export const toPicture = async ({ svg }: Chart): Promise<Uint8Array> => {
  const { default: sharp } = await import("sharp");
  return sharp(Buffer.from(outlineText(svg)), { density: DENSITY_DPI })
    .flatten({ background: "#ffffff" })
    .png({ palette: true, compressionLevel: 9 })
    .toBuffer();
};
