import sharp, { type Sharp } from "sharp";

/** Frames of noise, so that no encoder drops one as equal to the one before. */
export const animation = async (count: number, sidePx: number): Promise<Sharp> => {
  const frames = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      sharp({
        create: {
          width: sidePx,
          height: sidePx,
          channels: 3,
          background: "black",
          noise: { type: "gaussian", mean: 60 + index * 20, sigma: 30 },
        },
      })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } });
};
