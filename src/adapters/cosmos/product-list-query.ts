import type { SqlQuerySpec } from "@azure/cosmos";

import type { Product } from "../../domain/products/product.ts";
import type {
  PageKey,
  ProductOrder,
  ProductPageQuery,
} from "../../domain/products/product-store.ts";
import { type Condition, pageQuery } from "./page-query.ts";
import { nameKeyOf } from "./product-document.ts";

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

const conditionsOf = ({ filter }: ProductPageQuery): readonly Condition[] => [
  ["c.category = @", filter.category],
  ["c.status = @", filter.status],
  ["c.price.currency = @", filter.currency],
  ["c.price.amountMinor >= @", filter.minPrice],
  ["c.price.amountMinor <= @", filter.maxPrice],
  ["CONTAINS(c.nameKey, @)", filter.name === undefined ? undefined : nameKeyOf(filter.name)],
];

export const productListQuery = (query: ProductPageQuery): SqlQuerySpec =>
  pageQuery({
    // What is not a tombstone.
    always: "IS_DEFINED(c.sku)",
    conditions: conditionsOf(query),
    sortPath: SORT_PATH[query.order.by],
    descending: query.order.descending,
    after: query.after,
    limit: query.limit,
  });
