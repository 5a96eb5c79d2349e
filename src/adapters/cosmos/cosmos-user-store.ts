import type { Container, SqlQuerySpec } from "@azure/cosmos";
import * as z from "zod";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import { AppError } from "../../domain/errors.ts";
import type { User } from "../../domain/users/user.ts";
import type { UserPage, UserPageQuery, UserStore } from "../../domain/users/user-store.ts";
import type { Versioned } from "../../domain/version.ts";
import { auditOf } from "./audit-schema.ts";
import { calling, callingOr } from "./cosmos-errors.ts";
import { ifMatch } from "./if-match.ts";
import { nameKeyOf } from "./product-document.ts";
import { readDocument } from "./read-document.ts";
import { fromDocument, toDocument, tombstoneOf } from "./user-document.ts";

const versionSchema = z.object({ _etag: z.string() });

/** @returns undefined for a tombstone. */
const versioned = (document: unknown): Versioned<User> | undefined => {
  const value = fromDocument(document);
  return value && { value, version: versionSchema.parse(document)._etag };
};

const stored = (document: unknown): Versioned<User> => {
  const found = versioned(document);
  if (!found) throw new Error("The database answered a write with a tombstone");
  return found;
};

const SORT_PATH = { createdAt: "c.createdAt", name: "c.nameKey" } as const;

/** The page as one query: a range of a composite index, however far into the list it lies. */
const listQuery = ({ filter, order, after, limit }: UserPageQuery): SqlQuerySpec => {
  const path = SORT_PATH[order.by];
  const [direction, beyond] = order.descending ? ["DESC", "<"] : ["ASC", ">"];
  const name = filter.name === undefined ? undefined : nameKeyOf(filter.name);
  const conditions = [
    ["IS_DEFINED(c.nameKey)"],
    ...(name === undefined ? [] : [["CONTAINS(c.nameKey, @name)", "@name", name]]),
    ...(filter.emailKey === undefined
      ? []
      : [["c.emailKey = @emailKey", "@emailKey", filter.emailKey]]),
  ];
  const where = conditions.map(([sql = ""]) => sql);
  const parameters = conditions.flatMap(([, parameter, value]) =>
    parameter === undefined || value === undefined ? [] : [{ name: parameter, value }],
  );
  if (after) {
    where.push(`(${path} ${beyond} @sort OR (${path} = @sort AND c.id ${beyond} @id))`);
    parameters.push({ name: "@sort", value: after.sortValue }, { name: "@id", value: after.id });
  }
  return {
    query: `SELECT TOP ${limit} * FROM c WHERE ${where.join(" AND ")} ORDER BY ${path} ${direction}, c.id ${direction}`,
    parameters,
  };
};

/** Users in Cosmos DB: one document a user, its id the partition key, its trail within it. */
export class CosmosUserStore implements UserStore {
  readonly #container: () => Promise<Container>;
  readonly #now: () => Date;

  constructor(container: () => Promise<Container>, now: () => Date) {
    this.#container = container;
    this.#now = now;
  }

  async insert(user: User): Promise<Versioned<User> | undefined> {
    const created = await callingOr([409], this.#container, (container) =>
      container.items.create(toDocument(user)),
    );
    if (created !== 409) return stored(created.resource);
    const found = await this.find(user.id);
    return typeof found !== "string" && found.value.email === user.email ? found : undefined;
  }

  async find(id: string): Promise<Versioned<User> | "absent" | "gone"> {
    const document = await readDocument(this.#container, id);
    return document === undefined ? "absent" : (versioned(document) ?? "gone");
  }

  async list(query: UserPageQuery): Promise<UserPage> {
    // One row more than asked for tells whether there is a next page.
    const { resources } = await calling(this.#container, (container) =>
      container.items.query<unknown>(listQuery({ ...query, limit: query.limit + 1 })).fetchAll(),
    );
    const rows = resources.flatMap((document) => versioned(document)?.value ?? []);
    const users = rows.slice(0, query.limit);
    const last = users.at(-1);
    if (rows.length <= query.limit || !last) return { users };
    const sortValue = query.order.by === "name" ? nameKeyOf(last.name) : last.createdAt;
    return { users, next: { sortValue, id: last.id } };
  }

  async replace(user: User, version: string): Promise<Versioned<User>> {
    const { id } = user;
    const replaced = await callingOr([404], this.#container, (container) =>
      container.item(id, id).replace(toDocument(user), ifMatch(version)),
    );
    if (replaced === 404) throw gone(id);
    return stored(replaced.resource);
  }

  async remove(id: string, version: string, audit: AuditTrail): Promise<void> {
    const tombstone = tombstoneOf({ id, deletedAt: this.#now().toISOString(), audit });
    const replaced = await callingOr([404], this.#container, (container) =>
      container.item(id, id).replace(tombstone, ifMatch(version)),
    );
    if (replaced === 404) throw gone(id);
  }

  async insertTombstone(id: string): Promise<boolean> {
    const tombstone = tombstoneOf({ id, deletedAt: this.#now().toISOString(), audit: [] });
    const created = await callingOr([409], this.#container, (container) =>
      container.items.create(tombstone),
    );
    return created !== 409;
  }

  async touch({ value, version }: Versioned<User>): Promise<boolean> {
    const replaced = await callingOr([404, 412], this.#container, (container) =>
      container.item(value.id, value.id).replace(toDocument(value), ifMatch(version)),
    );
    return typeof replaced !== "number";
  }

  async audit(id: string): Promise<AuditTrail | undefined> {
    const document = await readDocument(this.#container, id);
    return document === undefined ? undefined : auditOf(document);
  }
}

const gone = (id: string): AppError =>
  new AppError("precondition-failed", `There is no user ${id} any more.`);
