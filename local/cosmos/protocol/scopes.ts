/** Which keys a query or a feed may see, by the headers of its request. */
import { badRequest } from "../errors.ts";
import { effectiveKey, keyText, parseKey, type Key } from "../partition-key.ts";
import type { Container } from "../store/catalogue.ts";
import type { KeyScope, Scope } from "../store/scope.ts";
import type { Headers } from "./request.ts";

/** No hash begins with it: the end of the key space. */
const END = "FF";

const fullKey = ({ definition }: Container, key: Key): KeyScope => ({
  kind: "key",
  epk: effectiveKey(key, definition.hierarchical),
  pk: keyText(key),
  equal: key.flatMap((value, index) => {
    const path = definition.keyPaths[index];
    return value === undefined || path === undefined ? [] : [{ path, value }];
  }),
});

const keyScope = (container: Container, text: string): KeyScope => {
  const key = parseKey(text);
  const levels = container.definition.keyPaths.length;
  if (key.length === levels) return fullKey(container, key);
  if (key.length === 0 || key.length > levels) {
    throw badRequest("The partition key does not fit the definition of the container.");
  }
  const from = effectiveKey(key, true);
  return { kind: "range", from, to: from + END };
};

const keysOf = (container: Container, headers: Headers): KeyScope => {
  const key = headers.text("x-ms-documentdb-partitionkey");
  if (key !== undefined) return keyScope(container, key);
  const from = headers.text("x-ms-start-epk") ?? "";
  const to = headers.text("x-ms-end-epk") ?? END;
  return from === "" && to === END ? { kind: "all" } : { kind: "range", from, to };
};

/** @throws {CosmosError} 400 when the key does not fit the container: never is more shown than was asked for. */
export const scopeOf = (container: Container, headers: Headers, nowMs: number): Scope => ({
  container: container.n,
  indexes: container.indexes.ready,
  key: keysOf(container, headers),
  expiry: {
    defaultTtl: container.definition.defaultTtl,
    nowSeconds: Math.floor(nowMs / 1000),
  },
});
