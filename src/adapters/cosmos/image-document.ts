import * as z from "zod";

import { IMAGE_KINDS } from "../../domain/images/image-kind.ts";
import { pendingSince, type ImageRecord } from "../../domain/images/image.ts";

const outcomeSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("ready"),
    kind: z.enum(IMAGE_KINDS),
    widthPx: z.number(),
    heightPx: z.number(),
  }),
  z.object({
    status: z.literal("failed"),
    code: z.enum([
      "image-format-unsupported",
      "image-damaged",
      "image-too-many-pixels",
      "image-too-large",
      "image-empty",
      "image-too-slow",
      "image-unreadable",
      "upload-link-expired",
      "upload-lost",
    ]),
    message: z.string(),
  }),
]);

const imageSchema = z.object({
  upload: z
    .object({ version: z.string(), bytes: z.number(), uploadedAt: z.string() })
    .exactOptional(),
  outcome: outcomeSchema.exactOptional(),
  thumbnails: z
    .object({
      version: z.string(),
      sizes: z.array(
        z.object({
          forWidthPx: z.number(),
          widthPx: z.number(),
          heightPx: z.number(),
          bytes: z.number(),
          tag: z.string(),
        }),
      ),
    })
    .exactOptional(),
  awaitedUntil: z.string().exactOptional(),
  attempts: z.number().exactOptional(),
  removing: z.literal(true).exactOptional(),
}) satisfies z.ZodType<ImageRecord>;

/** The stored shape of a product's images, by name. */
export const imagesSchema = z.record(z.string(), imageSchema);

/** The field by which upkeep finds products; absent where nothing is pending, so the index stays small. */
export const pendingSinceOf = (images: Iterable<ImageRecord>): string | undefined =>
  Array.from(images, pendingSince)
    .filter((instant) => instant !== undefined)
    .toSorted()[0];
