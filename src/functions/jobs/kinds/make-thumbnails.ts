import * as z from "zod";

import type { RemakeRun, RemakeThumbnails } from "../../../domain/images/remake-thumbnails.ts";

const inputSchema = z.union(
  [
    z.strictObject({ productId: z.guid().transform((id) => id.toLowerCase()) }),
    z.strictObject({ all: z.literal(true) }),
  ],
  { error: 'Invalid input: either {"productId": a UUID} or {"all": true}' },
);

/** Makes thumbnails again, of a product or of all. Reading an image may take half a minute, and all its memory. */
export const makeThumbnailsKind = (remakeThumbnails: RemakeThumbnails) => ({
  role: "editor" as const,
  input: inputSchema,
  limits: { attempts: 5, attemptMs: 540_000, atOnce: 2 },
  run: (input: z.infer<typeof inputSchema>, run: RemakeRun) => remakeThumbnails(input, run),
});
