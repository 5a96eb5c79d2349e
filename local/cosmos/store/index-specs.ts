/** Which indexes a container's own policy asks for. */
import { isJsonArray, property, type Json, type JsonObject } from "../json.ts";
import { pathNames } from "../partition-key.ts";
import type { OrderKey } from "./order-key.ts";

/** A path of an indexing policy: `/a/?` names one, `/a/*` all below. */
export interface PathPattern {
  readonly names: readonly string[];
  readonly exact: boolean;
}

const list = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

const patterns = (entries: Json | undefined): readonly PathPattern[] =>
  list(entries).flatMap((entry) => {
    const path = property(entry, "path");
    if (typeof path !== "string") return [];
    return [{ names: pathNames(path.slice(0, -2)), exact: path.endsWith("/?") }];
  });

/** What of an indexing policy decides whether, and how, a query can be served. */
export interface QueryPolicy {
  /** False: the policy says to index nothing. */
  readonly indexes: boolean;
  readonly included: readonly PathPattern[];
  readonly excluded: readonly PathPattern[];
  readonly compositeIndexes: readonly (readonly OrderKey[])[];
}

const compositeIndexes = (definition: JsonObject): readonly (readonly OrderKey[])[] =>
  list(property(definition["indexingPolicy"], "compositeIndexes")).map((index) =>
    list(index).map((entry) => {
      const path = property(entry, "path");
      return {
        path: typeof path === "string" ? pathNames(path.replace(/\/\?$/, "")) : [],
        descending: property(entry, "order") === "descending",
      };
    }),
  );

/** An index can be walked both ways, so one direction of its first key is enough. */
const ascendingFirst = (keys: readonly OrderKey[]): readonly OrderKey[] =>
  keys[0]?.descending === true
    ? keys.map(({ path, descending }) => ({ path, descending: !descending }))
    : keys;

export const queryPolicy = (definition: JsonObject): QueryPolicy => {
  const policy = definition["indexingPolicy"];
  const mode = property(policy, "indexingMode");
  return {
    indexes: typeof mode !== "string" || mode.toLowerCase() !== "none",
    included: patterns(property(policy, "includedPaths")),
    excluded: patterns(property(policy, "excludedPaths")),
    compositeIndexes: compositeIndexes(definition),
  };
};

/** The indexes that the policy names: one for each path by itself, and the composite ones. */
export const policyIndexes = (definition: JsonObject): readonly (readonly OrderKey[])[] => [
  ...patterns(property(definition["indexingPolicy"], "includedPaths"))
    .filter(({ names, exact }) => exact && !names.includes("[]"))
    .map(({ names }) => [{ path: names, descending: false }]),
  ...compositeIndexes(definition).map(ascendingFirst),
];
