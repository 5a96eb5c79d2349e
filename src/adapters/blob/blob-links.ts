import type {
  BlobSASSignatureValues,
  BlobServiceClient,
  UserDelegationKey,
} from "@azure/storage-blob";

import type { ImageLinks } from "../../domain/images/image-files.ts";
import type { ImageRef } from "../../domain/images/image.ts";
import { callingStorage } from "./blob-errors.ts";
import { uploadPath } from "./image-path.ts";

/** Clocks differ: a link that begins now would not work yet for a service that is behind. */
const SKEW_MS = 5 * 60_000;

/** A key signs every link that ends before it does; it is asked for anew well before. */
const KEY_LIFETIME_MS = 6 * 60 * 60_000;

interface Grant extends Pick<BlobSASSignatureValues, "contentType" | "contentDisposition"> {
  /** Letters of the SDK, in its order. */
  readonly rights: "cw" | "r";
  readonly expiresOn: Date;
}

/** Signed links: by the account's key where the client has it, else by a key of the identity. */
export class BlobLinks implements ImageLinks {
  readonly #service: () => Promise<BlobServiceClient>;
  readonly #container: string;
  readonly #now: () => Date;
  #key: { readonly value: UserDelegationKey; readonly until: Date } | undefined;

  constructor(service: () => Promise<BlobServiceClient>, container: string, now: () => Date) {
    this.#service = service;
    this.#container = container;
    this.#now = now;
  }

  forUpload(image: ImageRef, until: Date): Promise<string> {
    // Create alone would not let a second file take the place of the first.
    return this.#sign(image, { rights: "cw", expiresOn: until });
  }

  forDownload(image: ImageRef, contentType: string, until: Date): Promise<string> {
    return this.#sign(image, {
      rights: "r",
      expiresOn: until,
      contentType,
      contentDisposition: `attachment; filename="${image.name}"`,
    });
  }

  async #sign(image: ImageRef, { rights, ...grant }: Grant): Promise<string> {
    const { BlobSASPermissions, generateBlobSASQueryParameters, SASProtocol, ...sdk } =
      await import("@azure/storage-blob");
    const service = await this.#service();
    const isHttps = service.url.startsWith("https:");
    const values: BlobSASSignatureValues = {
      containerName: this.#container,
      blobName: uploadPath(image),
      startsOn: new Date(this.#now().getTime() - SKEW_MS),
      protocol: isHttps ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
      permissions: BlobSASPermissions.parse(rights),
      ...grant,
    };
    const signature =
      service.credential instanceof sdk.StorageSharedKeyCredential
        ? generateBlobSASQueryParameters(values, service.credential)
        : generateBlobSASQueryParameters(
            values,
            await this.#delegationKey(grant.expiresOn),
            service.accountName,
          );
    const blob = service.getContainerClient(this.#container).getBlobClient(uploadPath(image));
    return `${blob.url}?${signature.toString()}`;
  }

  async #delegationKey(until: Date): Promise<UserDelegationKey> {
    if (this.#key && this.#key.until >= until) return this.#key.value;
    const from = new Date(this.#now().getTime() - SKEW_MS);
    const end = new Date(until.getTime() + KEY_LIFETIME_MS);
    const value = await callingStorage(this.#service, (opened) =>
      opened.getUserDelegationKey(from, end),
    );
    this.#key = { value, until: end };
    return value;
  }
}
