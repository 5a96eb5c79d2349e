import type { Item } from "./item.ts";

const MAX_ITEMS = 10_000;

/** Everything that is known of one trace, in the order of time. */
export interface Trace {
  readonly traceId: string;
  readonly items: readonly Item[];
}

/** The last items that came, oldest first. What is older is forgotten. */
export class ItemStore {
  /** With room for twice as many, so that it is cut once in a while and not for each item. */
  #items: Item[] = [];
  #received = 0;

  /** How many came since the start. */
  get received(): number {
    return this.#received;
  }

  add(items: readonly Item[]): void {
    this.#received += items.length;
    for (const item of items) this.#items.push(item);
    if (this.#items.length > 2 * MAX_ITEMS) this.#items = this.#items.slice(-MAX_ITEMS);
  }

  clear(): void {
    this.#items = [];
  }

  all(): readonly Item[] {
    return this.#items.slice(-MAX_ITEMS);
  }

  trace(traceId: string): Trace {
    const items = this.all().filter((item) => item.traceId === traceId);
    return { traceId, items: items.toSorted((one, other) => one.timeMs - other.timeMs) };
  }

  /** Newest first. */
  recent(limit: number): readonly Item[] {
    return this.#requests()
      .toSorted((one, other) => other.timeMs - one.timeMs)
      .slice(0, limit);
  }

  slowest(limit: number): readonly Item[] {
    return this.#requests()
      .toSorted((one, other) => other.durationMs - one.durationMs)
      .slice(0, limit);
  }

  /** Requests and calls that failed, newest first. */
  failed(limit: number): readonly Item[] {
    return this.all()
      .filter(({ kind, success }) => !success && (kind === "request" || kind === "dependency"))
      .toSorted((one, other) => other.timeMs - one.timeMs)
      .slice(0, limit);
  }

  /** The last value of each series. */
  metrics(): readonly Item[] {
    const series = new Map<string, Item>();
    for (const item of this.all()) {
      if (item.kind === "metric") {
        series.set(`${item.name} ${JSON.stringify(item.properties)} ${item.role}`, item);
      }
    }
    return [...series.values()].toSorted((one, other) => one.name.localeCompare(other.name));
  }

  /** Traces that have the id: as their own, of a span, or as a property such as a request's or a job's. */
  search(id: string): readonly string[] {
    const wanted = id.trim().toLowerCase();
    if (wanted === "") return [];
    const has = (item: Item): boolean =>
      item.traceId === wanted ||
      item.id === wanted ||
      Object.values(item.properties).some((value) => value.toLowerCase() === wanted);
    const found = this.all().filter((item) => item.traceId !== "" && has(item));
    return [...new Set(found.map(({ traceId }) => traceId))];
  }

  #requests(): readonly Item[] {
    return this.all().filter(({ kind }) => kind === "request");
  }
}
