import type { StorageBlobFunctionOptions } from "@azure/functions";
import * as z from "zod";

import type { ImageRef } from "../../domain/images/image.ts";
import type { SettleImage } from "../../domain/images/settle-image.ts";
import { currentSpan, record } from "../../telemetry/scope.ts";
import { logLine } from "../edge/log.ts";

/**
 * The path is read as a whole: the host gives the parts of a path by JSON's rules, and an image named
 * `1e3` would arrive as a number.
 */
const pathSchema = z
  .string()
  .regex(/^uploads\/products\/[0-9a-f-]{36}\/[A-Za-z0-9._-]{1,64}$/u)
  .transform((path): ImageRef => {
    const [, , productId = "", name = ""] = path.split("/");
    return { productId, name };
  });
const triggerSchema = z.object({ blobTrigger: z.unknown() });
const contentSchema = z.instanceof(Uint8Array);

/**
 * Runs for each file that arrives in storage, whatever way it came. What is wrong with a file is
 * recorded and the invocation succeeds; it fails, and is repeated, only when a service is away.
 */
export const makeThumbnailsFunction = (settleImage: SettleImage): StorageBlobFunctionOptions => ({
  path: "uploads/products/{productId}/{name}",
  connection: "AzureWebJobsStorage",
  source: "EventGrid",
  handler: async (blob, context) => {
    const { blobTrigger } = triggerSchema.parse(context.triggerMetadata);
    const image = pathSchema.safeParse(blobTrigger);
    if (!image.success) {
      logLine(context, "upload ignored", {});
      return;
    }
    const startedMs = performance.now();
    const settled = await settleImage(image.data, contentSchema.parse(blob));
    const elapsedMs = Math.round(performance.now() - startedMs);
    const { productId } = image.data;
    currentSpan().set({ "product.id": productId, outcome: settled });
    record("stockroom.thumbnails", 1, { outcome: settled });
    logLine(context, "image settled", { productId, settled, elapsedMs });
  },
});
