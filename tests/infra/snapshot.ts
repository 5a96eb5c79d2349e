import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as z from "zod";

import { SNAPSHOTS_DIR } from "../../scripts/infra/snapshots.ts";

const resourceSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
export type Resource = z.infer<typeof resourceSchema>;

const snapshotSchema = z.object({
  predictedResources: z.array(resourceSchema),
  outputs: z.record(z.string(), z.unknown()),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

export const ENVIRONMENTS = ["dev", "staging", "production"] as const;

/** @returns a snapshot of its own each time, which a test may break. */
export const readSnapshot = (name: string): Snapshot =>
  snapshotSchema.parse(JSON.parse(readFileSync(join(SNAPSHOTS_DIR, `${name}.json`), "utf8")));

export const ofType = (resources: readonly Resource[], type: string): readonly Resource[] =>
  resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());

/** @returns what is found below these names, or undefined. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  );

/** Every string in a value, with the names that lead to it. */
export const stringsOf = (value: unknown, path = ""): readonly (readonly [string, string])[] => {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => stringsOf(inner, `${path}.${key}`));
};
