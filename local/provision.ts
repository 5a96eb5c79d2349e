/**
 * Creates what the application expects to find, as Bicep does in Azure. In plain requests: every start waits
 * for this, and the SDKs take three times as long to load as the services take to answer.
 */
import { createHmac } from "node:crypto";

import { BLOB_CONTAINERS } from "../src/adapters/blob/containers.ts";
import { partsOf } from "../src/adapters/connection-string.ts";
import { CONTAINERS, indexingPolicyOf } from "../src/adapters/cosmos/containers.ts";
import { loadConfig } from "../src/config.ts";

const COSMOS_VERSION = "2020-07-15";
const STORAGE_VERSION = "2021-12-02";

const partOf = (connectionString = ""): ((name: string) => string) => {
  const parts = partsOf(connectionString);
  return (name) => {
    const value = parts.get(name);
    if (value === undefined) throw new Error(`A connection string is without ${name}.`);
    return value;
  };
};

const sign = (key: string, text: string): string =>
  createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");

/** What is there already stays as it is. */
const create = async (url: URL, init: RequestInit): Promise<void> => {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.status === 201 || response.status === 409) return;
  throw new Error(`${url.href} answered ${response.status}: ${text}`);
};

const provisionDatabase = async (account: string | undefined, id: string): Promise<void> => {
  const part = partOf(account);
  const createIn = (parent: string, type: string, body: object): Promise<void> => {
    const date = new Date().toUTCString();
    const signed = `post\n${type}\n${parent}\n${date.toLowerCase()}\n\n`;
    const signature = sign(part("AccountKey"), signed);
    return create(new URL(`${parent}/${type}`, part("AccountEndpoint")), {
      method: "POST",
      headers: {
        authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
        "x-ms-date": date,
        "x-ms-version": COSMOS_VERSION,
      },
      body: JSON.stringify(body),
    });
  };
  await createIn("", "dbs", { id });
  await Promise.all(
    CONTAINERS.map((container) =>
      createIn(`dbs/${id}`, "colls", {
        id: container.id,
        partitionKey: { paths: [container.partitionKey], kind: "Hash", version: 2 },
        defaultTtl: container.defaultTtlSeconds,
        indexingPolicy: indexingPolicyOf(container),
      }),
    ),
  );
};

const provisionBlobs = async (account: string | undefined): Promise<void> => {
  const part = partOf(account);
  const name = part("AccountName");
  await Promise.all(
    BLOB_CONTAINERS.map((container) => {
      const url = new URL(`${part("BlobEndpoint")}/${container}?restype=container`);
      const headers = {
        "x-ms-date": new Date().toUTCString(),
        "x-ms-version": STORAGE_VERSION,
      };
      const signed = [
        "PUT",
        // Headers that a request without content has not.
        ...Array.from({ length: 11 }, () => ""),
        ...Object.entries(headers).map(([header, value]) => `${header}:${value}`),
        `/${name}${url.pathname}`,
        "restype:container",
      ];
      const signature = sign(part("AccountKey"), signed.join("\n"));
      const authorization = `SharedKey ${name}:${signature}`;
      return create(url, { method: "PUT", headers: { ...headers, authorization } });
    }),
  );
};

/** Creates what is missing; what is there stays as it is. A second call changes nothing. */
export const provision = async (settings: Readonly<Record<string, string>>): Promise<void> => {
  const { cosmos, storage } = loadConfig(settings);
  await Promise.all([
    provisionDatabase(cosmos.connectionString, cosmos.database),
    provisionBlobs(storage.connectionString),
  ]);
};
