import type { SqlQuerySpec } from "@azure/cosmos";

/** `@` stands for the condition's own parameter. A condition without a value is left out. */
export type Condition = readonly [sql: string, value: string | number | undefined];

interface PageQuery {
  /** What holds for every row of the list. */
  readonly always: string;
  readonly conditions: readonly Condition[];
  /** Has a composite index with the id, which makes the order total. */
  readonly sortPath: string;
  readonly descending: boolean;
  readonly after: { readonly sortValue: string | number; readonly id: string } | undefined;
  readonly limit: number;
}

/** A page as one query: a range of a composite index, however far into the list it lies. */
export const pageQuery = ({
  always,
  conditions,
  sortPath,
  descending,
  after,
  limit,
}: PageQuery): SqlQuerySpec => {
  const [direction, beyond] = descending ? ["DESC", "<"] : ["ASC", ">"];
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const where = [always, ...given.map(({ sql }, index) => sql.replace("@", `@p${index}`))];
  const parameters = given.map(({ value }, index) => ({ name: `@p${index}`, value }));
  if (after) {
    // The first condition alone bounds the range that is read; the second cuts off equal sort values.
    where.push(
      `${sortPath} ${beyond}= @sort AND (${sortPath} ${beyond} @sort OR c.id ${beyond} @id)`,
    );
    parameters.push({ name: "@sort", value: after.sortValue }, { name: "@id", value: after.id });
  }
  return {
    query: `SELECT TOP ${limit} * FROM c WHERE ${where.join(" AND ")} ORDER BY ${sortPath} ${direction}, c.id ${direction}`,
    parameters,
  };
};
