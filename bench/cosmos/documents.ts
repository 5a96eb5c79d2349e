/** The documents of the benchmark: about 1 KB each, 50 keys, 10 categories, prices all over. */
const KEYS = 50;
const CATEGORIES = 10;
const FILLER = "x".repeat(800);

export interface BenchDocument {
  readonly [name: string]: string | number;
  readonly id: string;
  readonly pk: string;
  readonly category: string;
  readonly price: number;
}

export const documentOf = (n: number): BenchDocument => ({
  id: `item-${n}`,
  pk: `key-${n % KEYS}`,
  category: `category-${(n * 7) % CATEGORIES}`,
  price: ((n * 7919) % 100_003) / 10,
  name: `Item number ${n}`,
  text: FILLER,
});

/** A page of one category, cheapest first. */
export const PAGE_QUERY = {
  query: "SELECT * FROM c WHERE c.category = @category AND c.price >= @from ORDER BY c.price",
  rows: 100,
};

/** Parameters that differ from one page to the next. */
export const pageParameters = (n: number): { category: string; from: number } => ({
  category: `category-${n % CATEGORIES}`,
  from: (n * 37) % 8000,
});
