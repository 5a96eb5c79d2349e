import type { StartJob } from "../jobs/start-job.ts";
import type { RemakeThumbnailsDeps } from "./remake-thumbnails.ts";

/** Starts the job that does one product, for the job that does all: once, however often it is called. */
export const startThumbnailsOfProduct =
  (startJob: StartJob, idOf: (name: string) => string): RemakeThumbnailsDeps["startForProduct"] =>
  async (productId, { id }) => {
    await startJob({
      id: idOf(`${id} ${productId}`),
      kind: "make-thumbnails",
      input: { productId },
      author: { id, kind: "service", requestId: id },
    });
  };
