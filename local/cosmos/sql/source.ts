/** FROM and JOIN: loops that put each combination of values into the slots of their aliases. */

import type { Collection, Source } from "./ast.ts";
import { SqlError } from "./error.ts";
import { isArray } from "./json.ts";
import type { Value } from "./json.ts";
import { memberAt } from "./member.ts";
import { withName } from "./scope.ts";
import type { Evaluate, Frame, Rows, Scope } from "./scope.ts";

const MAX_JOINS = 5;

/** Calls `emit` once for each combination; true when it was told to stop. */
export type Bindings = (frame: Frame, emit: () => boolean) => boolean;

export interface CompiledSources {
  readonly bindings: Bindings;
  /** With the aliases of these sources. */
  readonly scope: Scope;
  readonly names: readonly string[];
  /** The slots in the order of the sources. */
  readonly slots: readonly number[];
}

const noSource: Bindings = (_, emit) => emit();

/**
 * @param scope of what surrounds the query: empty for the outermost, whose first source is the container under any name.
 * @throws {SqlError} for a name nothing stands for, an alias given twice, or too many joins.
 */
export const compileSources = (sources: readonly Source[], outer: Scope): CompiledSources => {
  if (sources.length > MAX_JOINS + 1) {
    throw new SqlError(`The number of JOINs exceeded the maximum of ${MAX_JOINS}.`, "SC3003");
  }
  let bindings = noSource;
  let scope = outer;
  const names: string[] = [];
  const slots: number[] = [];
  for (const source of sources) {
    const slot = scope.plan.newSlot();
    bindings = nest(bindings, compileSource(source, slot, scope));
    if (source.alias !== undefined) {
      if (names.includes(source.alias)) {
        throw new SqlError(
          `The input alias '${source.alias}' is specified more than once in the FROM clause.`,
          "SC2011",
          source.collection,
        );
      }
      names.push(source.alias);
      scope = withName(scope, source.alias, slot);
    }
    slots.push(slot);
  }
  return { bindings, scope, names, slots };
};

const nest = (outer: Bindings, inner: Bindings): Bindings =>
  outer === noSource ? inner : (frame, emit) => outer(frame, () => inner(frame, emit));

const compileSource = (source: Source, slot: number, scope: Scope): Bindings => {
  const { collection } = source;
  if (collection.kind === "query") {
    const each = source.iterates ? eachMember(slot) : eachWhole(slot);
    return ofRows(scope.plan.rows(collection.query, scope), each);
  }
  const root = scope.slots.get(collection.name);
  if (root !== undefined) {
    scope.plan.readsContent = true;
    const { keys } = collection;
    const value: Evaluate = (frame) => memberAt(frame.slots[root], keys);
    return source.iterates ? members(value, slot) : whole(value, slot);
  }
  if (scope.slots.size > 0 || scope.plan.readsDocuments) throw unresolved(collection);
  return documents(source, collection.keys, slot, scope);
};

const unresolved = (collection: Collection): SqlError =>
  new SqlError(
    `Identifier '${collection.kind === "path" ? collection.name : ""}' could not be resolved.`,
    "SC2001",
    collection,
  );

const documents = (
  source: Source,
  keys: readonly (string | number)[],
  ...[slot, scope]: readonly [number, Scope]
): Bindings => {
  const { plan } = scope;
  plan.readsDocuments = true;
  if (keys.length > 0 || source.iterates) plan.readsContent = true;
  const inner: (value: Value, frame: Frame, emit: () => boolean) => boolean = source.iterates
    ? eachMember(slot)
    : eachWhole(slot);
  return (frame, emit) =>
    frame.documents((document) => inner(memberAt(document, keys), frame, emit));
};

const eachWhole =
  (slot: number) =>
  (value: Value, frame: Frame, emit: () => boolean): boolean => {
    if (value === undefined) return false;
    frame.slots[slot] = value;
    return emit();
  };

/** What is no array has no members. */
const eachMember =
  (slot: number) =>
  (value: Value, frame: Frame, emit: () => boolean): boolean => {
    if (!isArray(value)) return false;
    for (const item of value) {
      frame.meter.spend(1);
      frame.slots[slot] = item;
      if (emit()) return true;
    }
    return false;
  };

const whole = (value: Evaluate, slot: number): Bindings => {
  const each = eachWhole(slot);
  return (frame, emit) => each(value(frame), frame, emit);
};

const members = (value: Evaluate, slot: number): Bindings => {
  const each = eachMember(slot);
  return (frame, emit) => each(value(frame), frame, emit);
};

/** `alias IN (SELECT VALUE [1, 2])` goes through the members of each row; any other alias stands for the row. */
const ofRows =
  (rows: Rows, each: ReturnType<typeof eachWhole>): Bindings =>
  (frame, emit) =>
    rows(frame, (row) => {
      frame.meter.spend(1);
      return each(row, frame, emit);
    });
