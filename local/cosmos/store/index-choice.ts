/** Which index serves a query, if one does, and which would serve it best. */
import { keyPrefix, intervalRange, wholePrefix, type KeyRange } from "./key-range.ts";
import type { OrderKey, Path } from "./order-key.ts";
import type { Predicate, Scalar } from "./predicate.ts";
import { pathsOf, rangeOf, type Range } from "./ranges.ts";

/** An index whose every document is in. Its first key is ascending. */
export interface ReadyIndex {
  readonly n: number;
  readonly keys: readonly OrderKey[];
}

export interface OrderedWalk {
  readonly index: ReadyIndex;
  readonly range: KeyRange;
  /** From the end to the beginning. */
  readonly backward: boolean;
  /** What all keys of the range begin with: the values that are certain. */
  readonly prefix: Buffer;
  /** Which of the wanted order's keys follow the prefix. */
  readonly open: readonly number[];
}

export interface EqualityLookup {
  readonly index: ReadyIndex;
  readonly ranges: readonly KeyRange[];
  /** Rows of the range come by number as they stand. */
  readonly inOrderOfSeq: boolean;
}

const MAX_KEYS = 6;

const nameOf = (path: Path): string => JSON.stringify(path);

/** The value of each path that must have just one. */
const fixedValues = (where: Predicate | undefined): ReadonlyMap<string, Scalar> => {
  const fixed = new Map<string, Scalar>();
  for (const path of pathsOf(where)) {
    const range = rangeOf(where, path);
    const [value] = range?.kind === "values" ? range.values : [];
    if (range?.kind === "values" && range.values.length === 1 && value !== undefined) {
      fixed.set(nameOf(path), value);
    }
  }
  return fixed;
};

/** The order that is left once the paths with just one value are taken out. */
const openOrder = (
  orderBy: readonly OrderKey[],
  fixed: ReadonlyMap<string, Scalar>,
): readonly OrderKey[] => orderBy.filter(({ path }) => !fixed.has(nameOf(path)));

const sameKeys = (a: readonly OrderKey[], b: readonly OrderKey[], inverted: boolean): boolean =>
  a.length === b.length &&
  a.every((key, index) => {
    const other = b[index];
    return (
      other !== undefined &&
      nameOf(key.path) === nameOf(other.path) &&
      key.descending === (other.descending !== inverted)
    );
  });

/** How many of the index's first keys have just one value. */
const fixedLength = (keys: readonly OrderKey[], fixed: ReadonlyMap<string, Scalar>): number => {
  const end = keys.findIndex(({ path }) => !fixed.has(nameOf(path)));
  return end === -1 ? keys.length : end;
};

const fixedPrefix = (
  keys: readonly OrderKey[],
  fixed: ReadonlyMap<string, Scalar>,
  length: number,
): Buffer =>
  keyPrefix(
    keys,
    keys.slice(0, length).map(({ path }) => fixed.get(nameOf(path)) ?? null),
  );

const restRange = (prefix: Buffer, key: OrderKey | undefined, range: Range | undefined): KeyRange =>
  key && range?.kind === "interval" ? intervalRange(prefix, key, range) : wholePrefix(prefix);

/**
 * An index that gives the documents in the wanted order, equal ones by number in the direction of the first
 * key. The more keys have just one value, the less of it is read.
 */
export const orderedWalk = (
  indexes: readonly ReadyIndex[],
  where: Predicate | undefined,
  orderBy: readonly OrderKey[],
): OrderedWalk | undefined => {
  const [first] = orderBy;
  if (!first) return undefined;
  const backward = first.descending;
  const fixed = fixedValues(where);
  const open = openOrder(orderBy, fixed);
  const positions = open.map((key) => orderBy.indexOf(key));
  let best: { walk: OrderedWalk; length: number } | undefined;
  for (const index of indexes) {
    const length = index.keys.length - open.length;
    if (length < 0 || fixedLength(index.keys.slice(0, length), fixed) !== length) continue;
    if (!sameKeys(index.keys.slice(length), open, backward)) continue;
    if (best && best.length >= length) continue;
    const prefix = fixedPrefix(index.keys, fixed, length);
    const [next] = index.keys.slice(length);
    const range = restRange(prefix, next, next && rangeOf(where, next.path));
    best = { walk: { index, range, backward, prefix, open: positions }, length };
  }
  return best?.walk;
};

/** An index in which the documents that have the wanted values stand together. */
export const equalityLookup = (
  indexes: readonly ReadyIndex[],
  where: Predicate | undefined,
): EqualityLookup | undefined => {
  const fixed = fixedValues(where);
  let best: EqualityLookup | undefined;
  let bestLength = 0;
  for (const index of indexes) {
    const length = fixedLength(index.keys, fixed);
    const prefix = fixedPrefix(index.keys, fixed, length);
    const next = index.keys[length];
    const range = next && rangeOf(where, next.path);
    const depth = length + (range ? 0.5 : 0);
    if (depth <= bestLength) continue;
    bestLength = depth;
    best =
      next && range?.kind === "values"
        ? { index, ranges: valueRanges(prefix, next, range.values), inOrderOfSeq: false }
        : {
            index,
            ranges: [restRange(prefix, next, range)],
            inOrderOfSeq: length === index.keys.length,
          };
  }
  return best;
};

const valueRanges = (
  prefix: Buffer,
  key: OrderKey,
  values: readonly Scalar[],
): readonly KeyRange[] =>
  [...new Set(values)].map((value) =>
    wholePrefix(Buffer.concat([prefix, keyPrefix([key], [value])])),
  );

/** The index that would serve the query best; absent when none would do more than a scan does. */
export const bestKeys = (
  where: Predicate | undefined,
  orderBy: readonly OrderKey[],
): readonly OrderKey[] | undefined => {
  const fixed = fixedValues(where);
  const paths = pathsOf(where);
  const equal = paths.filter((path) => fixed.has(nameOf(path)));
  const backward = orderBy[0]?.descending ?? false;
  const open = openOrder(orderBy, fixed).map(({ path, descending }) => ({
    path,
    descending: descending !== backward,
  }));
  const other = paths.find((path) => !fixed.has(nameOf(path)) && rangeOf(where, path));
  const ranged = open.length === 0 && other ? [{ path: other, descending: false }] : [];
  const keys = [...equal.map((path) => ({ path, descending: false })), ...open, ...ranged];
  return keys.length === 0 || keys.length > MAX_KEYS ? undefined : keys;
};
