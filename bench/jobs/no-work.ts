/** A kind of jobs that does nothing, in the place of one that does: what is left is what every job costs. */
import * as z from "zod";

const inputSchema = z.strictObject({});

export const makeThumbnailsKind = (_remakeThumbnails: unknown) => ({
  role: "editor" as const,
  input: inputSchema,
  limits: { attempts: 5, attemptMs: 60_000, atOnce: 32 },
  run: () => Promise.resolve(null),
});
