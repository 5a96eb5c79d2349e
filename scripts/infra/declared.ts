/** What the application declares in code, as the data that Bicep reads. */
import * as z from "zod";

import { BLOB_CONTAINERS } from "../../src/adapters/blob/containers.ts";
import { CONTAINERS, indexingPolicyOf } from "../../src/adapters/cosmos/containers.ts";
import { QUEUES, TOPICS } from "../../src/adapters/service-bus/entities.ts";
import { SETTINGS } from "../../src/config.ts";

const inputSchema = z.object({
  properties: z.record(
    z.string(),
    z.object({ default: z.union([z.string(), z.number(), z.boolean()]).optional() }),
  ),
});

/** @returns each setting with the value that the application takes unless told; undefined for none. */
export const settingDefaults = (): ReadonlyMap<string, string | undefined> => {
  const { properties } = inputSchema.parse(
    z.toJSONSchema(SETTINGS, { io: "input", unrepresentable: "any" }),
  );
  return new Map(
    Object.entries(properties).map(([name, { default: value }]) => [
      name,
      value === undefined ? undefined : String(value),
    ]),
  );
};

const databaseOf = (defaults: ReadonlyMap<string, string | undefined>) => ({
  database: defaults.get("COSMOS_DATABASE"),
  containers: CONTAINERS.map((container) => ({
    id: container.id,
    partitionKey: { paths: [container.partitionKey], kind: "Hash", version: 2 },
    defaultTtl: container.defaultTtlSeconds,
    indexingPolicy: indexingPolicyOf(container),
  })),
});

const messaging = () => ({
  queues: QUEUES.map(({ name, ...properties }) => ({ name, properties })),
  topics: TOPICS.map(({ name, subscriptions, ...properties }) => ({
    name,
    properties,
    subscriptions: subscriptions.map(({ name: subscription, ...options }) => ({
      name: subscription,
      properties: options,
    })),
  })),
});

/** @returns the text of each file below `infra/data`, by its name. */
export const declaredData = (): ReadonlyMap<string, string> => {
  const defaults = settingDefaults();
  const settings = Object.fromEntries([...defaults].filter(([, value]) => value !== undefined));
  const data = {
    "blob.json": { containers: BLOB_CONTAINERS.map((name) => ({ name })) },
    "cosmos.json": databaseOf(defaults),
    "service-bus.json": messaging(),
    "settings.json": settings,
  };
  return new Map(
    Object.entries(data).map(([name, value]) => [name, `${JSON.stringify(value, undefined, 2)}\n`]),
  );
};
