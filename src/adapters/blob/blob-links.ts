import type { BlobServiceClient } from "@azure/storage-blob";

import type { ImageLinks } from "../../domain/images/image-files.ts";
import type { ImageRef } from "../../domain/images/image.ts";
import { BlobSigner } from "./blob-signer.ts";
import { uploadPath } from "./image-path.ts";

/** Signed links to uploads. */
export class BlobLinks implements ImageLinks {
  readonly #signer: BlobSigner;

  constructor(service: () => Promise<BlobServiceClient>, container: string, now: () => Date) {
    this.#signer = new BlobSigner(service, container, now);
  }

  forUpload(image: ImageRef, until: Date): Promise<string> {
    // Create alone would not let a second file take the place of the first.
    return this.#signer.sign(uploadPath(image), { rights: "cw", expiresOn: until });
  }

  forDownload(image: ImageRef, contentType: string, until: Date): Promise<string> {
    return this.#signer.sign(uploadPath(image), {
      rights: "r",
      expiresOn: until,
      contentType,
      contentDisposition: `attachment; filename="${image.name}"`,
    });
  }
}
