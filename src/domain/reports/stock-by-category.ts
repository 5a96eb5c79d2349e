import type { CategoryFigures, Money, OtherCategories, StockFigures } from "./figures.ts";
import type { StockGroup } from "./figures-source.ts";

/** More than these are told together: a report is read by people, and its memory has a bound. */
export const MAX_CATEGORIES = 50;

/** Adds up groups. */
class Total {
  products = 0;
  outOfStock = 0;
  lowOnStock = 0;
  stock = 0;
  readonly #value = new Map<string, bigint>();

  add(group: Omit<StockGroup, "category" | "currency" | "valueMinor">): void {
    this.products += group.products;
    this.outOfStock += group.outOfStock;
    this.lowOnStock += group.lowOnStock;
    this.stock += group.stock;
  }

  addValue(currency: string, valueMinor: bigint): void {
    this.#value.set(currency, (this.#value.get(currency) ?? 0n) + valueMinor);
  }

  addTotal(other: Total): void {
    this.add(other);
    for (const [currency, value] of other.#value) this.addValue(currency, value);
  }

  figures(): StockFigures {
    const { products, outOfStock, lowOnStock, stock } = this;
    const value = [...this.#value]
      .map(([currency, amount]): Money => ({ currency, amountMinor: amount.toString() }))
      .toSorted((one, other) => (one.currency < other.currency ? -1 : 1));
    return { products, outOfStock, lowOnStock, stock, value };
  }
}

interface Named {
  readonly category: string;
  readonly total: Total;
}

/** The larger first; of two of one size the one whose name comes first. */
const bySize = (one: Named, other: Named): number =>
  other.total.products - one.total.products || (one.category < other.category ? -1 : 1);

export interface StockByCategory {
  readonly all: StockFigures;
  /** At most {@link MAX_CATEGORIES}, the largest first. */
  readonly categories: readonly CategoryFigures[];
  readonly otherCategories?: OtherCategories;
}

/** @param groups ordered by category. */
export const stockByCategory = async (
  groups: AsyncIterable<StockGroup>,
): Promise<StockByCategory> => {
  const all = new Total();
  const others = new Total();
  let othersCount = 0;
  let largest: readonly Named[] = [];
  let current: Named | undefined;

  const close = (): void => {
    if (!current) return;
    const sorted = [...largest, current].toSorted(bySize);
    largest = sorted.slice(0, MAX_CATEGORIES);
    for (const { total } of sorted.slice(MAX_CATEGORIES)) {
      others.addTotal(total);
      othersCount += 1;
    }
  };
  for await (const group of groups) {
    if (current?.category !== group.category) {
      close();
      current = { category: group.category, total: new Total() };
    }
    for (const total of [current.total, all]) {
      total.add(group);
      total.addValue(group.currency, group.valueMinor);
    }
  }
  close();

  return {
    all: all.figures(),
    categories: largest.map(({ category, total }) => ({ category, ...total.figures() })),
    ...(othersCount > 0 && {
      otherCategories: { categories: othersCount, ...others.figures() },
    }),
  };
};
