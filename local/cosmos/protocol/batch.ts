/** Up to 100 operations in one request: a transaction under one key, or in bulk, each on its own. */
import { badRequest, CosmosError, tooLarge } from "../errors.ts";
import { isJsonArray, isJsonObject, property, type Json, type JsonObject } from "../json.ts";
import { parseKey, type Key } from "../partition-key.ts";
import { readPatch } from "../patch.ts";
import type { Container } from "../store/catalogue.ts";
import { readDocument } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import { createCharge, FAILED_WRITE_CHARGE, readCharge, replaceCharge } from "./charges.ts";

const MAX_OPERATIONS = 100;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
const FAILED_DEPENDENCY = 424;

const OPERATION_TYPES = ["Create", "Upsert", "Read", "Replace", "Delete", "Patch"] as const;
export type OperationType = (typeof OPERATION_TYPES)[number];

export interface BatchOperation {
  readonly type: OperationType;
  readonly id: string | undefined;
  /** JSON text of the key, when the operation carries its own. */
  readonly key: string | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly minimal: boolean;
  readonly body: Json | undefined;
}

export interface BatchResult {
  readonly statusCode: number;
  readonly subStatusCode?: number;
  readonly requestCharge: number;
  readonly eTag?: string;
  readonly retryAfterMilliseconds?: number;
  /** JSON text of the document. */
  readonly body?: string;
}

const text = (value: Json | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

const isOperationType = (value: Json | undefined): value is OperationType =>
  OPERATION_TYPES.some((type) => type === value);

const readOperation = (value: Json): BatchOperation => {
  const type = property(value, "operationType");
  if (!isJsonObject(value) || !isOperationType(type)) {
    throw badRequest(`The operation type '${JSON.stringify(type)}' of a batch is invalid.`);
  }
  const key = property(value, "partitionKey");
  return {
    type,
    id: text(property(value, "id")),
    key: key === undefined || typeof key === "string" ? key : JSON.stringify(key),
    ifMatch: text(property(value, "ifMatch")),
    ifNoneMatch: text(property(value, "ifNoneMatch")),
    minimal: property(value, "minimalReturnPreference") === true,
    body: property(value, "resourceBody"),
  };
};

/** Reads the form of a batch that the JavaScript client sends. @throws {CosmosError} 400 */
export const readJsonBatch = (body: Json | undefined): readonly BatchOperation[] => {
  if (!isJsonArray(body)) throw badRequest("A batch must be an array of operations.");
  return body.map(readOperation);
};

export interface BatchScope {
  readonly container: Container;
  /** Key of the request, for operations without their own. */
  readonly key: string | undefined;
}

const addressKey = ({ container, key }: BatchScope, operation: BatchOperation): Key => {
  const own = operation.key ?? key;
  if (own === undefined)
    throw badRequest("PartitionKey value must be supplied for this operation.");
  const parsed = parseKey(own);
  if (parsed.length === container.definition.keyPaths.length) return parsed;
  throw badRequest("The partition key of the operation does not fit the container's definition.");
};

const document = ({ body }: BatchOperation): JsonObject => readDocument(body);

const applied = (store: Store, scope: BatchScope, operation: BatchOperation): BatchResult => {
  const { container } = scope;
  const key = addressKey(scope, operation);
  const { ifMatch, type } = operation;
  const address = { container, key, id: operation.id ?? "" };
  switch (type) {
    case "Read": {
      const { etag, body } = store.items.read(address);
      if (operation.ifNoneMatch === etag) return { statusCode: 304, requestCharge: 1, eTag: etag };
      return { statusCode: 200, requestCharge: readCharge(body.length), eTag: etag, body };
    }
    case "Delete":
      store.items.remove(address, ifMatch);
      return { statusCode: 204, requestCharge: createCharge(0) };
    case "Create":
      return written(store.items.create(container, key, document(operation)));
    case "Upsert":
      return written(
        store.items.upsert(container, key, { document: document(operation), ifMatch }),
      );
    case "Replace":
      return written(store.items.replace(address, { document: document(operation), ifMatch }));
    case "Patch": {
      const patch = readPatch(operation.body, container.definition.keyPaths);
      return written(store.items.patch(address, { ...patch, ifMatch }));
    }
    default:
      return type satisfies never;
  }
};

const written = (item: { created: boolean; etag: string; body: string }): BatchResult => ({
  statusCode: item.created ? 201 : 200,
  requestCharge: item.created ? createCharge(item.body.length) : replaceCharge(item.body.length),
  eTag: item.etag,
  body: item.body,
});

const failed = (error: unknown): BatchResult => {
  if (!(error instanceof CosmosError)) throw error;
  return {
    statusCode: error.status,
    subStatusCode: error.substatus ?? 0,
    requestCharge: FAILED_WRITE_CHARGE,
  };
};

export const isFailure = ({ statusCode }: BatchResult): boolean => statusCode >= 400;

/** Thrown inside the transaction, so that it takes back what the operations before have written. */
class AtomicFailure extends Error {
  readonly results: readonly BatchResult[];
  constructor(results: readonly BatchResult[]) {
    super("An operation of an atomic batch failed");
    this.results = results;
  }
}

const attempt = (store: Store, scope: BatchScope, operation: BatchOperation): BatchResult => {
  try {
    return applied(store, scope, operation);
  } catch (error) {
    return failed(error);
  }
};

const applyAtomically = (
  store: Store,
  scope: BatchScope,
  operations: readonly BatchOperation[],
): readonly BatchResult[] => {
  const results: BatchResult[] = [];
  for (const operation of operations) {
    const result = attempt(store, scope, operation);
    results.push(result);
    if (!isFailure(result)) continue;
    const failedAt = results.length - 1;
    throw new AtomicFailure(
      operations.map((_, index) =>
        index === failedAt ? result : { statusCode: FAILED_DEPENDENCY, requestCharge: 0 },
      ),
    );
  }
  return results;
};

const runAtomic = (
  store: Store,
  scope: BatchScope,
  operations: readonly BatchOperation[],
): readonly BatchResult[] => {
  try {
    const { container } = scope;
    return store.items.whole(container, () =>
      store.part(() => applyAtomically(store, scope, operations)),
    );
  } catch (error) {
    if (error instanceof AtomicFailure) return error.results;
    throw error;
  }
};

/** Runs a batch in one transaction. @throws {CosmosError} 400, 413 for the batch as a whole */
export const runBatch = async (
  store: Store,
  scope: BatchScope,
  batch: { operations: readonly BatchOperation[]; atomic: boolean; bytes: number },
): Promise<readonly BatchResult[]> => {
  const { operations, atomic, bytes } = batch;
  if (operations.length === 0) throw badRequest("A batch must have at least one operation.");
  if (operations.length > MAX_OPERATIONS) {
    throw badRequest(`A batch has at most ${MAX_OPERATIONS} operations.`);
  }
  if (bytes > MAX_BATCH_BYTES) throw tooLarge();
  if (operations.some(({ type }) => type === "Patch")) await store.items.loadConditions();
  return store.write(() =>
    atomic
      ? runAtomic(store, scope, operations)
      : operations.map((operation) => attempt(store, scope, operation)),
  );
};
