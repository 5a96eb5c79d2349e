/** Whether a container's indexing policy can serve an order, and how documents without the property count. */
import { badRequest } from "../errors.ts";
import type { PathPattern, QueryPolicy } from "../store/index-specs.ts";
import type { OrderKey, Path } from "../store/order-key.ts";

const samePath = (a: Path, b: Path): boolean =>
  a.length === b.length && a.every((step, index) => step === b[index]);

const isServedBy = (index: readonly OrderKey[], orderBy: readonly OrderKey[]): boolean => {
  const [first] = index;
  const inverted = first !== undefined && first.descending !== orderBy[0]?.descending;
  return (
    index.length === orderBy.length &&
    index.every(({ path, descending }, at) => {
      const wanted = orderBy[at];
      return (
        wanted !== undefined &&
        samePath(path, wanted.path) &&
        wanted.descending === (descending !== inverted)
      );
    })
  );
};

/** How precisely a pattern names the path; negative when it does not. */
const precision = ({ names, exact }: PathPattern, path: Path): number => {
  const fits = names.every((name, index) => name === path[index]);
  if (!fits || (exact ? names.length !== path.length : names.length > path.length)) return -1;
  return names.length * 2 + (exact ? 1 : 0);
};

const bestPrecision = (patterns: readonly PathPattern[], path: Path): number =>
  Math.max(-1, ...patterns.map((pattern) => precision(pattern, path)));

/** These two are indexed whatever the policy says, unless it says to index nothing. */
const ALWAYS_INDEXED: readonly string[] = ["id", "_ts"];

const isIndexed = ({ indexes, included, excluded }: QueryPolicy, path: Path): boolean => {
  if (!indexes) return false;
  const [first] = path;
  if (path.length === 1 && typeof first === "string" && ALWAYS_INDEXED.includes(first)) return true;
  return bestPrecision(included, path) > bestPrecision(excluded, path);
};

/** @throws {CosmosError} 400 when the service could not serve the order either. */
export const checkOrder = (orderBy: readonly OrderKey[], policy: QueryPolicy): void => {
  const [first] = orderBy;
  if (!first) return;
  if (orderBy.length === 1) {
    if (isIndexed(policy, first.path)) return;
    throw badRequest(
      "The order by query does not have a corresponding range index: the index path corresponding to the specified order-by item is excluded.",
    );
  }
  if (policy.compositeIndexes.some((index) => isServedBy(index, orderBy))) return;
  throw badRequest(
    "The order by query does not have a corresponding composite index that it can be served from.",
  );
};

/** Documents without the property take part in an order by it only when the policy names that very path. */
export const includesUndefined = (
  orderBy: readonly OrderKey[],
  { included }: QueryPolicy,
): boolean => {
  const [first] = orderBy;
  return (
    first !== undefined && included.some(({ names, exact }) => exact && samePath(names, first.path))
  );
};
