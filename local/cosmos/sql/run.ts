/** What a run is given and what it answers; reading documents; filling a page. */

import type { Continuation } from "./continuation.ts";
import { QueryTimeoutError } from "./error.ts";
import { parseJson, stringify } from "./json.ts";
import type { Json, Value } from "./json.ts";
import type { Window } from "./limits.ts";
import { memberAt } from "./member.ts";
import { Meter } from "./meter.ts";
import type { Position, SortKey } from "./order.ts";
import type { Frame, Loop, Plan, Rows } from "./scope.ts";

/** One document, as stored. */
export interface SourceRow {
  readonly seq: number;
  readonly text: string;
}

export interface RunOptions {
  /** By name with its `@`. A name that is absent is undefined. */
  readonly parameters: ReadonlyMap<string, Json>;
  readonly after?: Continuation;
  readonly maxRows: number;
  /** The page ends before its texts exceed this, but never without a row. */
  readonly maxBytes: number;
  /**
   * True: documents come in the order of ORDER BY, from `after` or before it on, and are read no further than the page needs.
   * False: in ascending `seq`; without ORDER BY from `after.seq` on.
   */
  readonly ordered: boolean;
  /** Whether ORDER BY with one key keeps documents that lack it. */
  readonly includeUndefined: boolean;
  readonly nowMs: number;
  /** Asked once a document and every few hundred rows. */
  readonly timeUp: () => boolean;
}

export interface Page {
  /** Each row as JSON. */
  readonly rows: readonly string[];
  /** Absent on the last page. */
  readonly continuation?: Continuation;
  /** Documents looked at. */
  readonly scanned: number;
}

/** What compiling has made of a text. */
export interface Compiled {
  readonly plan: Plan;
  readonly rows: Rows;
  readonly distinct: boolean;
  readonly orderBy: readonly SortKey[];
  /** Whether each row is its document as stored. */
  readonly passesDocument: boolean;
}

/** Goes through the documents of one run, and knows which it is at. */
export class Run {
  readonly meter = new Meter();
  readonly frame: Frame;
  readonly compiled: Compiled;
  readonly options: RunOptions;
  readonly window: Window;
  readonly #rows: Iterable<SourceRow>;
  #text = "";
  /** Of the document at hand. */
  seq = 0;
  keys: readonly Value[] = [];
  /** How many rows the document at hand has given so far. */
  row = 0;
  scanned = 0;

  constructor(
    compiled: Compiled,
    rows: Iterable<SourceRow>,
    setup: Pick<Run, "options" | "window">,
  ) {
    const { options } = setup;
    const { plan } = compiled;
    this.compiled = compiled;
    this.options = options;
    this.window = setup.window;
    this.#rows = rows;
    this.frame = {
      slots: Array.from({ length: plan.slotCount }),
      parameters: plan.parameterValues(options.parameters),
      meter: this.meter,
      nowMs: options.nowMs,
      documents: (emit) => this.#documents(emit),
      groupKeys: [],
      aggregates: [],
    };
  }

  /** Asked before each document but the first; true ends the run. Set by who runs. */
  endsBefore: (next: Position) => boolean = () => {
    if (this.options.timeUp()) throw new QueryTimeoutError();
    return false;
  };

  /** Calls `emit` for each row that the query makes, `row` counted up behind it. */
  readonly each: Loop<Json> = (emit) => {
    const take = (value: Json): boolean => {
      const ends = emit(value);
      this.row += 1;
      return ends;
    };
    return this.compiled.rows(this.frame, take);
  };

  readonly #documents: Loop<Json> = (emit) => {
    const { plan, orderBy } = this.compiled;
    const parses = plan.readsContent || orderBy.length > 0;
    for (const { seq, text } of this.#rows) {
      const document = parses ? parseJson(text) : null;
      const keys = orderBy.length > 0 ? orderBy.map(({ path }) => memberAt(document, path)) : [];
      if (this.scanned > 0 && this.endsBefore({ keys, seq, row: 0 })) return true;
      this.scanned += 1;
      this.meter.allowDocument();
      this.seq = seq;
      this.keys = keys;
      this.row = 0;
      this.#text = text;
      if (this.#isLeftOut()) continue;
      if (emit(document)) return true;
    }
    return false;
  };

  /** ORDER BY with one key is served by an index that does not hold documents without it. */
  #isLeftOut(): boolean {
    return this.keys.length === 1 && this.keys[0] === undefined && !this.options.includeUndefined;
  }

  textOf(value: Json): string {
    return this.compiled.passesDocument ? this.#text : stringify(value, this.meter);
  }
}

/** The rows of one page. */
export class PageRows {
  readonly rows: string[] = [];
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ maxRows, maxBytes }: RunOptions) {
    this.#maxRows = Math.max(1, maxRows);
    this.#maxBytes = maxBytes;
  }

  get isFull(): boolean {
    return this.rows.length >= this.#maxRows || this.#bytes >= this.#maxBytes;
  }

  /** False, and nothing is added, when the page is full or the row would make it too long. */
  add(text: string): boolean {
    if (this.isFull) return false;
    const bytes = Buffer.byteLength(text);
    if (this.rows.length > 0 && this.#bytes + bytes > this.#maxBytes) return false;
    this.rows.push(text);
    this.#bytes += bytes;
    return true;
  }
}
