/** Partial update: at most ten operations on one document, all or none. */
import { badRequest } from "./errors.ts";
import {
  isJsonArray,
  isJsonObject,
  parseJson,
  property,
  type Json,
  type JsonObject,
} from "./json.ts";

const MAX_OPERATIONS = 10;
const KINDS = ["add", "set", "replace", "remove", "incr", "move"] as const;
type Kind = (typeof KINDS)[number];

interface Operation {
  readonly kind: Kind;
  readonly path: readonly string[];
  readonly from: readonly string[] | undefined;
  readonly value: Json | undefined;
}

export interface PatchRequest {
  readonly operations: readonly Operation[];
  /** Tail of a query that the document must satisfy. */
  readonly condition: string | undefined;
}

/** Documents under change. Made by parsing, so nothing else holds on to them. */
type MutableObject = Record<string, Json>;
type Parent =
  | { readonly list: Json[]; readonly index: number }
  | { readonly object: MutableObject; readonly name: string };

const isKind = (value: unknown): value is Kind => KINDS.some((kind) => kind === value);

const readPointer = (value: Json | undefined): readonly string[] => {
  if (typeof value !== "string" || !value.startsWith("/") || value.length < 2) {
    throw new Error("The path must be a JSON pointer that begins with '/'.");
  }
  const names = value
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (names.includes("__proto__")) throw new Error("The path is not allowed.");
  return names;
};

const isPrefix = (short: readonly string[], long: readonly string[]): boolean =>
  short.length <= long.length && short.every((name, index) => name === long[index]);

const readOperation = (value: Json, keyPaths: readonly (readonly string[])[]): Operation => {
  const kind = property(value, "op");
  if (!isKind(kind)) throw new Error(`The operation '${JSON.stringify(kind)}' is not supported.`);
  const path = readPointer(property(value, "path"));
  const from = kind === "move" ? readPointer(property(value, "from")) : undefined;
  const needsValue = kind !== "remove" && kind !== "move";
  const operand = property(value, "value");
  if (needsValue && operand === undefined) throw new Error("The operation has no value.");
  for (const touched of from ? [path, from] : [path]) {
    const [first = ""] = touched;
    if (first === "id") throw new Error("The id of an item cannot be patched.");
    if (first.startsWith("_")) throw new Error("System properties cannot be patched.");
    if (keyPaths.some((key) => isPrefix(touched, key))) {
      throw new Error("The partition key cannot be patched.");
    }
  }
  return { kind, path, from, value: operand };
};

/** Adds the operation's place to the reason. Only reasons thrown here pass through it. */
const inOperation = <T>(index: number, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw badRequest(
      `For Operation(${index + 1}): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

/** @throws {CosmosError} 400 */
export const readPatch = (
  body: Json | undefined,
  keyPaths: readonly (readonly string[])[],
): PatchRequest => {
  const list = isJsonArray(body) ? body : property(body, "operations");
  const condition = property(body, "condition");
  if (!isJsonArray(list) || list.length === 0) {
    throw badRequest("The patch request must have at least one operation.");
  }
  if (list.length > MAX_OPERATIONS) {
    throw badRequest(`The number of patch operations can't exceed ${MAX_OPERATIONS}.`);
  }
  if (condition !== undefined && typeof condition !== "string") {
    throw badRequest("The condition of a patch must be text.");
  }
  return {
    operations: list.map((operation, index) =>
      inOperation(index, () => readOperation(operation, keyPaths)),
    ),
    condition,
  };
};

const isMutableObject = (value: Json | undefined): value is MutableObject => isJsonObject(value);
const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);

const child = (parent: Json | undefined, name: string): Json | undefined => {
  if (isList(parent)) return /^(0|[1-9]\d*)$/.test(name) ? parent[Number(name)] : undefined;
  return property(parent, name);
};

const listIndex = (list: readonly Json[], name: string): number => {
  if (name === "-") return list.length;
  if (!/^(0|[1-9]\d*)$/.test(name)) throw new Error(`'${name}' is not an index of an array.`);
  const index = Number(name);
  if (index > list.length) throw new Error("The index is beyond the end of the array.");
  return index;
};

const parentOf = (document: MutableObject, path: readonly string[]): Parent => {
  const name = path.at(-1) ?? "";
  let parent: Json | undefined = document;
  for (const step of path.slice(0, -1)) parent = child(parent, step);
  if (isList(parent)) return { list: parent, index: listIndex(parent, name) };
  if (isMutableObject(parent)) return { object: parent, name };
  throw new Error(
    "Add Operation can only create a child object of an existing node and can't create path recursively.",
  );
};

const current = (at: Parent): Json | undefined =>
  "list" in at ? at.list[at.index] : property(at.object, at.name);

const assign = (at: Parent, value: Json): void => {
  if ("list" in at) at.list[at.index] = value;
  else at.object[at.name] = value;
};

const insert = (at: Parent, value: Json): void => {
  if ("list" in at) at.list.splice(at.index, 0, value);
  else at.object[at.name] = value;
};

const take = (at: Parent): Json => {
  const value = current(at);
  if (value === undefined) throw new Error("The path to be removed does not exist.");
  if ("list" in at) at.list.splice(at.index, 1);
  else delete at.object[at.name];
  return value;
};

const increment = (at: Parent, by: Json): void => {
  const before = current(at);
  if (typeof by !== "number" || (before !== undefined && typeof before !== "number")) {
    throw new Error("Only a number can be incremented, and only by a number.");
  }
  const after = (before ?? 0) + by;
  if (!Number.isFinite(after)) throw new Error("The result is not a finite number.");
  if (before === undefined) insert(at, after);
  else assign(at, after);
};

const move = (document: MutableObject, from: readonly string[], path: readonly string[]): void => {
  if (isPrefix(from, path)) throw new Error("A node cannot be moved below itself.");
  const value = take(parentOf(document, from));
  insert(parentOf(document, path), value);
};

const change = (document: MutableObject, { kind, path, from, value = null }: Operation): void => {
  if (kind === "move") return move(document, from ?? [], path);
  const at = parentOf(document, path);
  switch (kind) {
    case "add":
      return insert(at, value);
    case "set":
      return current(at) === undefined ? insert(at, value) : assign(at, value);
    case "replace":
      if (current(at) === undefined) throw new Error("The path to be replaced does not exist.");
      return assign(at, value);
    case "remove":
      take(at);
      return;
    case "incr":
      return increment(at, value);
    default:
      return kind satisfies never;
  }
};

/** Applies the operations to the document that `text` holds. @throws {CosmosError} 400 when one cannot be applied. */
export const applyPatch = (text: string, operations: readonly Operation[]): JsonObject => {
  const document = parseJson(text);
  if (!isMutableObject(document)) throw new TypeError("A stored document is no object");
  for (const [index, operation] of operations.entries()) {
    inOperation(index, () => change(document, operation));
  }
  return document;
};
