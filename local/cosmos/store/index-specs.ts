/** Which indexes a container's own policy asks for. */
import { isJsonArray, property, type Json, type JsonObject } from "../json.ts";
import { pathNames } from "../partition-key.ts";
import type { OrderKey, Path } from "./order-key.ts";

/** `/price/?` names one path; `/*` and what goes through arrays names many. */
const scalarPath = (path: Json | undefined): Path | undefined => {
  if (typeof path !== "string" || !path.endsWith("/?") || path.includes("[]")) return undefined;
  return pathNames(path.slice(0, -2));
};

const list = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

/** The paths that the policy includes by their very name. */
const namedPaths = (definition: JsonObject): readonly Path[] =>
  list(property(definition["indexingPolicy"], "includedPaths")).flatMap((entry) => {
    const path = scalarPath(property(entry, "path"));
    return path ? [path] : [];
  });

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

export const policyIndexes = (definition: JsonObject): readonly (readonly OrderKey[])[] => [
  ...namedPaths(definition).map((path) => [{ path, descending: false }]),
  ...compositeIndexes(definition).map(ascendingFirst),
];
