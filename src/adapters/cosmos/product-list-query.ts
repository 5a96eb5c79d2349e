import type { SqlQuerySpec } from "@azure/cosmos";

import type { Product } from "../../domain/products/product.ts";
import type {
  PageKey,
  ProductOrder,
  ProductPageQuery,
} from "../../domain/products/product-store.ts";
import { nameKeyOf } from "./product-document.ts";

/** Each has a composite index with the id, which makes the order total and a page a range of the index. */
const SORT_PATH: Record<ProductOrder["by"], string> = {
  createdAt: "c.createdAt",
  name: "c.nameKey",
  price: "c.price.amountMinor",
};

const SORT_VALUE: Record<ProductOrder["by"], (product: Product) => string | number> = {
  createdAt: (product) => product.createdAt,
  name: (product) => nameKeyOf(product.name),
  price: (product) => product.price.amountMinor,
};

export const pageKeyOf = (last: Product, order: ProductOrder): PageKey => ({
  sortValue: SORT_VALUE[order.by](last),
  id: last.id,
});

type Condition = readonly [sql: string, value?: string | number | undefined];

/** `@` stands for the condition's own parameter. A condition without a value is left out. */
const filterConditions = ({ filter }: ProductPageQuery): readonly Condition[] => [
  ["c.category = @", filter.category],
  ["c.status = @", filter.status],
  ["c.price.currency = @", filter.currency],
  ["c.price.amountMinor >= @", filter.minPrice],
  ["c.price.amountMinor <= @", filter.maxPrice],
  ["CONTAINS(c.nameKey, @)", filter.name === undefined ? undefined : nameKeyOf(filter.name)],
];

/** The page as one query: a range of a composite index, however far into the list it lies. */
export const productListQuery = (query: ProductPageQuery): SqlQuerySpec => {
  const { order, after, limit } = query;
  const path = SORT_PATH[order.by];
  const [direction, beyond] = order.descending ? ["DESC", "<"] : ["ASC", ">"];
  const given = filterConditions(query).filter(([, value]) => value !== undefined);

  const where = [
    "IS_DEFINED(c.sku)",
    ...given.map(([sql], index) => sql.replace("@", `@p${index}`)),
  ];
  const parameters = given.map(([, value], index) => ({
    name: `@p${index}`,
    value: value ?? null,
  }));
  if (after) {
    // The first condition alone bounds the range that is read; the second cuts off equal sort values.
    where.push(`${path} ${beyond}= @sort AND (${path} ${beyond} @sort OR c.id ${beyond} @id)`);
    parameters.push({ name: "@sort", value: after.sortValue }, { name: "@id", value: after.id });
  }
  return {
    query: `SELECT TOP ${limit} * FROM c WHERE ${where.join(" AND ")} ORDER BY ${path} ${direction}, c.id ${direction}`,
    parameters,
  };
};
