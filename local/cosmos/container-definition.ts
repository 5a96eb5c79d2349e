/** What a container is: read strictly, as the service does, and completed with its defaults. */
import { badRequest } from "./errors.ts";
import { isJsonArray, isJsonObject, property, type Json, type JsonObject } from "./json.ts";
import { pathNames } from "./partition-key.ts";

export interface ContainerDefinition {
  readonly id: string;
  /** The definition as it is given back, without system properties. */
  readonly body: JsonObject;
  /** Names along each path of the partition key. */
  readonly keyPaths: readonly (readonly string[])[];
  readonly hierarchical: boolean;
  readonly defaultTtl: number | undefined;
  /** For each unique key, the names along each of its paths. */
  readonly uniqueKeys: readonly (readonly (readonly string[])[])[];
}

const MAX_ID_LENGTH = 255;
const MAX_KEY_PATHS = 3;
const MAX_TTL_SECONDS = 2_147_483_647;
const MAX_UNIQUE_KEYS = 10;

const missing = (what: string): Error =>
  badRequest(
    `The input content is invalid because the required properties - '${what}; ' - are missing`,
  );

/** The id of a database or container. @throws {CosmosError} 400 */
export const readResourceId = (body: Json | undefined): string => {
  const id = property(body, "id");
  if (typeof id !== "string" || id === "") throw missing("id");
  if (id.length > MAX_ID_LENGTH) throw badRequest("The resource id is too long.");
  if (/[/\\?#]/.test(id) || id.endsWith(" ") || !id.isWellFormed()) {
    throw badRequest(`The resource id '${id}' contains invalid characters.`);
  }
  return id;
};

const readPath = (value: Json | undefined, what: string): string => {
  if (typeof value !== "string" || !/^\/./s.test(value)) {
    throw badRequest(`The ${what} path '${JSON.stringify(value)}' is invalid.`);
  }
  return value;
};

const DEFAULT_INDEXING_POLICY = {
  indexingMode: "consistent",
  automatic: true,
  includedPaths: [{ path: "/*" }],
  excludedPaths: [{ path: '/"_etag"/?' }],
} as const;

const checkCompositeIndexes = (value: Json | undefined): void => {
  if (value === undefined) return;
  if (!isJsonArray(value)) throw badRequest("compositeIndexes must be an array.");
  for (const index of value) {
    if (!isJsonArray(index) || index.length < 2) {
      throw badRequest("The composite index must have at least 2 paths.");
    }
    for (const entry of index) {
      readPath(property(entry, "path"), "composite index");
      const order = property(entry, "order");
      if (order !== undefined && order !== "ascending" && order !== "descending") {
        throw badRequest("The order of a composite path must be 'ascending' or 'descending'.");
      }
    }
  }
};

const checkPaths = (value: Json | undefined, what: string): void => {
  if (value === undefined) return;
  if (!isJsonArray(value)) throw badRequest(`${what} must be an array.`);
  for (const entry of value) {
    const path = readPath(property(entry, "path"), "indexing");
    if (!/\/[*?]$/.test(path)) {
      throw badRequest(
        `The indexing path '${path}' could not be accepted: it must end in /? or /*.`,
      );
    }
  }
};

const readIndexingPolicy = (value: Json | undefined): JsonObject => {
  if (value === undefined || value === null) return DEFAULT_INDEXING_POLICY;
  if (!isJsonObject(value)) throw badRequest("The indexing policy must be an object.");
  const mode = property(value, "indexingMode");
  const modeText = typeof mode === "string" ? mode.toLowerCase() : JSON.stringify(mode);
  if (mode !== undefined && !/^(consistent|lazy|none)$/.test(modeText)) {
    throw badRequest(`The indexing mode '${modeText}' is invalid.`);
  }
  checkPaths(property(value, "includedPaths"), "includedPaths");
  checkPaths(property(value, "excludedPaths"), "excludedPaths");
  checkCompositeIndexes(property(value, "compositeIndexes"));
  return {
    ...DEFAULT_INDEXING_POLICY,
    ...(modeText === "none" && { includedPaths: [], excludedPaths: [] }),
    ...value,
  };
};

const readPartitionKey = (value: Json | undefined): { body: JsonObject; paths: string[] } => {
  if (!isJsonObject(value)) throw missing("partitionKey");
  const given = property(value, "paths");
  if (!isJsonArray(given) || given.length === 0) throw missing("partitionKey.paths");
  const paths = given.map((path) => readPath(path, "partition key"));
  const kind = property(value, "kind") ?? (paths.length > 1 ? "MultiHash" : "Hash");
  if (kind !== "Hash" && kind !== "MultiHash") {
    throw badRequest(`The partition key kind '${JSON.stringify(kind)}' is invalid.`);
  }
  if (paths.length > MAX_KEY_PATHS) {
    throw badRequest(`A partition key has at most ${MAX_KEY_PATHS} paths.`);
  }
  if (paths.length > 1 && property(value, "kind") !== "MultiHash") {
    throw badRequest("A partition key with several paths must be of kind MultiHash.");
  }
  if (paths.some((path) => pathNames(path).some((name) => name === "" || /[*?[\]]/.test(name)))) {
    throw badRequest("The partition key path is invalid.");
  }
  return { body: { version: 2, ...value, paths, kind }, paths };
};

/** A time to live, of a container or an item. @throws {CosmosError} 400 unless -1 or a positive 32-bit number of seconds. */
export const readTtl = (value: Json | undefined): number | undefined => {
  if (value === undefined) return undefined;
  const valid =
    typeof value === "number" &&
    Number.isInteger(value) &&
    (value === -1 || (value > 0 && value <= MAX_TTL_SECONDS));
  if (valid) return value;
  throw badRequest(
    `The input ttl '${JSON.stringify(value)}' is invalid. Ensure to provide a nonzero positive integer less than or equal to '${MAX_TTL_SECONDS}', or '-1'.`,
  );
};

const readUniqueKeys = (policy: Json | undefined): string[][] => {
  const keys = property(policy, "uniqueKeys");
  if (keys === undefined) return [];
  if (!isJsonArray(keys)) throw badRequest("uniqueKeys must be an array.");
  if (keys.length > MAX_UNIQUE_KEYS) {
    throw badRequest(`A container has at most ${MAX_UNIQUE_KEYS} unique keys.`);
  }
  return keys.map((key) => {
    const paths = property(key, "paths");
    if (!isJsonArray(paths) || paths.length === 0) {
      throw badRequest("A unique key must have at least one path.");
    }
    return paths.map((path) => readPath(path, "unique key"));
  });
};

const CONFLICT_POLICY = {
  mode: "LastWriterWins",
  conflictResolutionPath: "/_ts",
  conflictResolutionProcedure: "",
} as const;

const SYSTEM_PROPERTIES = new Set([
  "_rid",
  "_self",
  "_etag",
  "_ts",
  "_docs",
  "_sprocs",
  "_triggers",
  "_udfs",
  "_conflicts",
]);

/** Reads what a client sends to create or replace a container. @throws {CosmosError} 400 */
export const readContainerDefinition = (body: Json | undefined): ContainerDefinition => {
  if (!isJsonObject(body)) throw badRequest("The request body must be an object.");
  const id = readResourceId(body);
  const partitionKey = readPartitionKey(property(body, "partitionKey"));
  const uniqueKeys = readUniqueKeys(property(body, "uniqueKeyPolicy"));
  const defaultTtl = readTtl(property(body, "defaultTtl"));
  const own = Object.fromEntries(
    Object.entries(body).filter(([name]) => !SYSTEM_PROPERTIES.has(name)),
  );
  return {
    id,
    body: {
      geospatialConfig: { type: "Geography" },
      conflictResolutionPolicy: CONFLICT_POLICY,
      ...own,
      id,
      indexingPolicy: readIndexingPolicy(property(body, "indexingPolicy")),
      partitionKey: partitionKey.body,
      uniqueKeyPolicy: { uniqueKeys: uniqueKeys.map((paths) => ({ paths })) },
    },
    keyPaths: partitionKey.paths.map(pathNames),
    hierarchical: partitionKey.body["kind"] === "MultiHash",
    defaultTtl,
    uniqueKeys: uniqueKeys.map((paths) => paths.map(pathNames)),
  };
};

/**
 * What a policy leaves out is filled in, so that one that only names what is excluded includes the root too. Not for
 * definitions that are kept already: they were accepted once.
 *
 * @throws {CosmosError} 400 unless the root is either included or excluded.
 */
export const requireRootPath = ({ body }: ContainerDefinition): void => {
  const policy = body["indexingPolicy"];
  const mode = property(policy, "indexingMode");
  if (typeof mode === "string" && mode.toLowerCase() === "none") return;
  const sets = ["includedPaths", "excludedPaths"].filter((name) => {
    const paths = property(policy, name);
    return isJsonArray(paths) && paths.some((entry) => property(entry, "path") === "/*");
  });
  if (sets.length === 1) return;
  throw badRequest(
    sets.length === 0
      ? 'The special mandatory indexing path "/" is not provided in any of the path type sets. Please provide this path in one of the sets.'
      : "Only one of includedPaths and excludedPaths may hold the path '/*'.",
  );
};
