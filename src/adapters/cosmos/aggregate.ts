import type { Container, SqlQuerySpec } from "@azure/cosmos";
import * as z from "zod";

import { calling } from "./cosmos-errors.ts";

/** Groups in a page of an answer. */
const PAGE_SIZE = 1000;

/**
 * The rows of a query that groups, over all partitions. Each partition answers with sums of its own,
 * page by page; the SDK keeps one entry a group and adds up. So memory grows with the groups, never with
 * the documents, and who calls sees to it that the groups are bounded.
 */
export const aggregate = async (
  open: () => Promise<Container>,
  query: SqlQuerySpec,
): Promise<readonly unknown[]> => {
  const { resources } = await calling(open, (container) =>
    container.items.query<unknown>(query, { maxItemCount: PAGE_SIZE }).fetchAll(),
  );
  return resources;
};

/** @param query of one number, as `SELECT VALUE COUNT(1)` is. */
export const countOf = async (
  open: () => Promise<Container>,
  query: SqlQuerySpec,
): Promise<number> => {
  const [count] = await aggregate(open, query);
  return z.int().parse(count ?? 0);
};
