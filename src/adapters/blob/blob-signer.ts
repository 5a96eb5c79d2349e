import type {
  BlobSASSignatureValues,
  BlobServiceClient,
  UserDelegationKey,
} from "@azure/storage-blob";

import { callingStorage } from "./blob-errors.ts";

/** Clocks differ: a link that begins now would not work yet for a service that is behind. */
const SKEW_MS = 5 * 60_000;

/** A key signs every link that ends before it does; it is asked for anew well before. */
const KEY_LIFETIME_MS = 6 * 60 * 60_000;

export interface Grant extends Pick<BlobSASSignatureValues, "contentType" | "contentDisposition"> {
  /** Letters of the SDK, in its order. */
  readonly rights: "cw" | "r";
  /** Less than seven days from now: no key of an identity lives longer. */
  readonly expiresOn: Date;
}

/** Signs links: by the account's key where the client has it, else by a key of the identity. */
export class BlobSigner {
  readonly #service: () => Promise<BlobServiceClient>;
  readonly #container: string;
  readonly #now: () => Date;
  #key: { readonly value: UserDelegationKey; readonly until: Date } | undefined;

  constructor(service: () => Promise<BlobServiceClient>, container: string, now: () => Date) {
    this.#service = service;
    this.#container = container;
    this.#now = now;
  }

  async sign(blobName: string, { rights, ...grant }: Grant): Promise<string> {
    const { BlobSASPermissions, generateBlobSASQueryParameters, SASProtocol, ...sdk } =
      await import("@azure/storage-blob");
    const service = await this.#service();
    const isHttps = service.url.startsWith("https:");
    const values: BlobSASSignatureValues = {
      containerName: this.#container,
      blobName,
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
    const blob = service.getContainerClient(this.#container).getBlobClient(blobName);
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
