/** What a name means while a query is compiled, and what compiled code finds while it runs. */

import type { Expression, Query } from "./ast.ts";
import { SqlError } from "./error.ts";
import type { Json, Value } from "./json.ts";
import type { Meter } from "./meter.ts";

/** The state of one run. Loops write the slots of their aliases; expressions read them. */
export interface Frame {
  readonly slots: Value[];
  readonly parameters: readonly Value[];
  readonly meter: Meter;
  /** One clock value for the whole query. */
  readonly nowMs: number;
  /** Gives each document of the container until told to stop. */
  readonly documents: Loop<Json>;
  /** While a group is put out: its GROUP BY values and its aggregates. */
  groupKeys: readonly Value[];
  aggregates: readonly Value[];
}

export type Evaluate = (frame: Frame) => Value;
/** Takes one value; true means: no more. */
export type Emit<T> = (value: T) => boolean;
/** Calls `emit` for each value. True when it was told to stop. */
export type Loop<T> = (emit: Emit<T>) => boolean;
/** A loop whose values depend on the run. */
export type Rows = (frame: Frame, emit: Emit<Json>) => boolean;

export type AggregateName = "COUNT" | "SUM" | "AVG" | "MIN" | "MAX";

export interface AggregateCall {
  readonly name: AggregateName;
  readonly of: Evaluate;
}

/** Present where only GROUP BY expressions and aggregates have a value. */
export interface Grouping {
  /** By `fingerprint`. */
  readonly keys: ReadonlyMap<string, number>;
  /** Names of single rows, of no use here. */
  readonly hidden: ReadonlySet<string>;
  /** The scope of a single row, for what stands inside an aggregate. */
  readonly row: Scope;
  readonly calls: AggregateCall[];
}

export interface Scope {
  readonly plan: Plan;
  readonly slots: ReadonlyMap<string, number>;
  readonly grouping: Grouping | undefined;
}

/** What all scopes of one query share. */
export class Plan {
  readonly #parameters = new Map<string, number>();
  readonly #compileRows: (query: Query, scope: Scope) => Rows;
  #slotCount = 0;
  /** Whether any expression looks into a document. */
  readsContent = false;
  /** Whether the container is read at all. */
  readsDocuments = false;
  /** Whether no row is certain before the last document was seen. */
  needsAllDocuments = false;
  /** How many expressions the text has; what a row costs. */
  size = 0;

  constructor(compileRows: (query: Query, scope: Scope) => Rows) {
    this.#compileRows = compileRows;
  }

  get slotCount(): number {
    return this.#slotCount;
  }

  newSlot(): number {
    this.#slotCount += 1;
    return this.#slotCount - 1;
  }

  parameter(name: string): number {
    const known = this.#parameters.get(name);
    if (known !== undefined) return known;
    this.#parameters.set(name, this.#parameters.size);
    return this.#parameters.size - 1;
  }

  /** The values in the order of `parameter`; one that was not sent is undefined. */
  parameterValues(values: ReadonlyMap<string, Json>): readonly Value[] {
    return [...this.#parameters.keys()].map((name) => values.get(name));
  }

  /** @throws {SqlError} */
  rows(query: Query, scope: Scope): Rows {
    return this.#compileRows(query, scope);
  }
}

export const emptyScope = (plan: Plan): Scope => ({ plan, slots: new Map(), grouping: undefined });

export const withName = (scope: Scope, name: string, slot: number): Scope => ({
  ...scope,
  slots: new Map([...scope.slots, [name, slot]]),
});

/** The same text for the same expression, wherever it stands. */
export const fingerprint = (expression: Expression): string =>
  JSON.stringify(expression, (key, value: unknown) =>
    key === "start" || key === "end" ? undefined : value,
  );

/** @throws {SqlError} for a name nothing stands for, or one of a single row where groups are put out. */
export const slotOf = (scope: Scope, name: string, node: Expression): number => {
  if (scope.grouping?.hidden.has(name) === true) {
    throw new SqlError(
      `Property reference '${name}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
      "SC2102",
      node,
    );
  }
  const slot = scope.slots.get(name);
  if (slot === undefined) {
    throw new SqlError(`Identifier '${name}' could not be resolved.`, "SC2001", node);
  }
  scope.plan.readsContent = true;
  return slot;
};
