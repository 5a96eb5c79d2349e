/** What a report says, as plain data. */

/** An exact sum: it can be larger than a number can tell, so it is written in decimal digits. */
export interface Money {
  /** ISO 4217. */
  readonly currency: string;
  readonly amountMinor: string;
}

/** Of products, as they were when the figures were read. */
export interface StockFigures {
  readonly products: number;
  /** Products of which no piece is on hand. */
  readonly outOfStock: number;
  /** Products at or below the threshold that they have; those that are out of stock among them. */
  readonly lowOnStock: number;
  /** Pieces on hand. */
  readonly stock: number;
  /** Pieces times price, by currency in alphabetical order. */
  readonly value: readonly Money[];
}

export interface CategoryFigures extends StockFigures {
  readonly category: string;
}

/** The categories that are too small to be named, together. */
export interface OtherCategories extends StockFigures {
  readonly categories: number;
}

/** What happened to products within the day. */
export interface ProductFlows {
  readonly created: number;
  /** Products that were changed, once however often. */
  readonly changed: number;
  readonly deleted: number;
}

/** Images that are in work or awaited are neither. As they were when the figures were read. */
export interface ImageFigures {
  readonly ready: number;
  readonly failed: number;
  /** The largest first. */
  readonly failures: readonly { readonly reason: string; readonly count: number }[];
}

/** In milliseconds, by nearest rank; exact below 1,000, to three digits above. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Jobs of one kind that ended within the day. */
export interface JobFigures {
  readonly kind: string;
  readonly done: number;
  readonly failed: number;
  readonly canceled: number;
  /** Those that took more than one attempt. */
  readonly retried: number;
  /** From the first attempt's start to the end; absent when no job of the kind had an attempt. */
  readonly duration?: Percentiles;
  /** From the job's creation to the first attempt's start. */
  readonly waiting?: Percentiles;
}

export interface Figures {
  readonly products: ProductFlows & StockFigures;
  /** Those with the most products, the largest first. */
  readonly categories: readonly CategoryFigures[];
  readonly otherCategories?: OtherCategories;
  readonly images: ImageFigures;
  /** By kind in alphabetical order. */
  readonly jobs: readonly JobFigures[];
  /** Messages that were given up, as many as there were when the figures were read. */
  readonly deadLetters: number;
}

/** The figures that a report puts beside those of other days. */
const HEADLINES = {
  created: ({ products }) => products.created,
  changed: ({ products }) => products.changed,
  deleted: ({ products }) => products.deleted,
  products: ({ products }) => products.products,
  stock: ({ products }) => products.stock,
  outOfStock: ({ products }) => products.outOfStock,
  lowOnStock: ({ products }) => products.lowOnStock,
  imagesReady: ({ images }) => images.ready,
  imagesFailed: ({ images }) => images.failed,
  jobsDone: ({ jobs }) => sum(jobs, ({ done }) => done),
  jobsFailed: ({ jobs }) => sum(jobs, ({ failed }) => failed),
  jobsRetried: ({ jobs }) => sum(jobs, ({ retried }) => retried),
  deadLetters: ({ deadLetters }) => deadLetters,
} as const satisfies Record<string, (figures: Figures) => number>;

export type Headline = keyof typeof HEADLINES;
export type Headlines = Readonly<Record<Headline, number>>;

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** In the order in which reports show them. */
const NAMES: readonly Headline[] = [
  "created",
  "changed",
  "deleted",
  "products",
  "stock",
  "outOfStock",
  "lowOnStock",
  "imagesReady",
  "imagesFailed",
  "jobsDone",
  "jobsFailed",
  "jobsRetried",
  "deadLetters",
];

/** One value for each headline. */
export const headlinesFrom = <T>(of: (name: Headline) => T): Readonly<Record<Headline, T>> => ({
  created: of("created"),
  changed: of("changed"),
  deleted: of("deleted"),
  products: of("products"),
  stock: of("stock"),
  outOfStock: of("outOfStock"),
  lowOnStock: of("lowOnStock"),
  imagesReady: of("imagesReady"),
  imagesFailed: of("imagesFailed"),
  jobsDone: of("jobsDone"),
  jobsFailed: of("jobsFailed"),
  jobsRetried: of("jobsRetried"),
  deadLetters: of("deadLetters"),
});

export const headlinesOf = (figures: Figures): Headlines =>
  headlinesFrom((name) => HEADLINES[name](figures));

export const headlineEntries = <T>(
  values: Readonly<Record<Headline, T>>,
): readonly (readonly [name: Headline, value: T])[] => NAMES.map((name) => [name, values[name]]);
