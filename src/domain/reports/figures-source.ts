import type { Window } from "./day.ts";
import type { ProductFlows } from "./figures.ts";

/** Products of one category and one currency. */
export interface StockGroup {
  readonly category: string;
  readonly currency: string;
  readonly products: number;
  readonly outOfStock: number;
  readonly lowOnStock: number;
  readonly stock: number;
  /** Pieces times price. */
  readonly valueMinor: bigint;
}

/** The figures of products. No method's memory grows with the number of products. */
export interface ProductFigures {
  /**
   * A change is known by the audit trail, which keeps a product's last entries, and a deleted product for
   * 30 days: a day much further back than that has too few.
   */
  flows(window: Window): Promise<ProductFlows>;

  /** Ordered by category, so that the groups of one follow each other. */
  stock(): AsyncIterable<StockGroup>;

  /** Images that have an outcome, counted by it. */
  images(now: Date): Promise<readonly { readonly failure?: string; readonly count: number }[]>;
}

export type JobOutcome = "canceled" | "done" | "failed";

export interface JobGroup {
  readonly kind: string;
  readonly outcome: JobOutcome;
  readonly count: number;
  readonly retried: number;
}

/** How many jobs of a kind took as long: a bar of a histogram. */
export interface JobTimes {
  readonly kind: string;
  readonly of: "duration" | "waiting";
  /** Exact below 1,000, cut to three digits above. */
  readonly ms: number;
  readonly count: number;
}

/** The figures of the jobs that ended within a window. */
export interface JobCounts {
  groups(window: Window): Promise<readonly JobGroup[]>;
  times(window: Window): Promise<readonly JobTimes[]>;
}

/** @returns how many messages were given up and are still kept. */
export type CountDeadLetters = () => Promise<number>;

export interface FiguresSources {
  readonly products: ProductFigures;
  readonly jobs: JobCounts;
  readonly countDeadLetters: CountDeadLetters;
}
