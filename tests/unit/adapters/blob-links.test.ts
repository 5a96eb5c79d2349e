import { BlobServiceClient, type ServiceGetUserDelegationKeyResponse } from "@azure/storage-blob";
import * as z from "zod";

import { BlobLinks } from "../../../src/adapters/blob/blob-links.ts";

const HOUR_MS = 3_600_000;
const image = { productId: "p", name: "front.jpg" };

/** Without the raw answer that the SDK adds, and nobody here looks at. */
const keySchema = z.custom<ServiceGetUserDelegationKeyResponse>();

const instant = (value: unknown): Date => {
  if (value instanceof Date) return value;
  throw new Error("the key is asked for by two instants");
};

/** The real client of an identity; only the one call that would leave the machine stays here. */
class IdentityClient extends BlobServiceClient {
  keysGiven = 0;

  constructor() {
    super("https://account.blob.core.windows.net", {
      getToken: () => Promise.reject(new Error("nothing is sent")),
    });
  }

  override getUserDelegationKey(
    startsOn: unknown,
    expiresOn?: unknown,
  ): Promise<ServiceGetUserDelegationKeyResponse> {
    this.keysGiven += 1;
    const key = {
      signedObjectId: "11111111-1111-4111-8111-111111111111",
      signedTenantId: "22222222-2222-4222-8222-222222222222",
      signedStartsOn: instant(startsOn),
      signedExpiresOn: instant(expiresOn),
      signedService: "b",
      signedVersion: "2025-07-05",
      value: Buffer.alloc(32, this.keysGiven).toString("base64"),
    };
    return Promise.resolve(keySchema.parse(key));
  }
}

describe("BlobLinks with an identity", () => {
  it("signs by a key of the identity, for HTTPS only, and for one purpose", async () => {
    const client = new IdentityClient();
    const now = new Date();
    const links = new BlobLinks(
      () => Promise.resolve(client),
      "uploads",
      () => now,
    );

    const upload = new URL(await links.forUpload(image, new Date(now.getTime() + HOUR_MS)));

    expect(upload.origin + upload.pathname).toBe(
      "https://account.blob.core.windows.net/uploads/products/p/front.jpg",
    );
    const grant = Object.fromEntries(upload.searchParams);
    expect(grant).toMatchObject({ sp: "cw", sr: "b", spr: "https" });
    expect(grant).toMatchObject({ skoid: "11111111-1111-4111-8111-111111111111", sks: "b" });
    expect(grant["sig"]).toHaveLength(44);
  });

  it("asks for a key once, and anew when links would outlive it", async () => {
    const client = new IdentityClient();
    let now = new Date();
    const links = new BlobLinks(
      () => Promise.resolve(client),
      "uploads",
      () => now,
    );
    const link = () => links.forDownload(image, "image/png", new Date(now.getTime() + HOUR_MS));

    await link();
    now = new Date(now.getTime() + 5 * HOUR_MS);
    await link();
    const early = client.keysGiven;
    now = new Date(now.getTime() + 2 * HOUR_MS);
    const url = new URL(await link());

    expect([early, client.keysGiven]).toEqual([1, 2]);
    expect(Date.parse(url.searchParams.get("ske") ?? "")).toBeGreaterThanOrEqual(
      Date.parse(url.searchParams.get("se") ?? ""),
    );
  });
});
