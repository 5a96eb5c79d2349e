import type { Container, SqlQuerySpec } from "@azure/cosmos";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import type { User } from "../../domain/users/user.ts";
import type { UserPage, UserPageQuery, UserStore } from "../../domain/users/user-store.ts";
import type { Versioned } from "../../domain/version.ts";
import { CosmosEntities } from "./cosmos-entities.ts";
import { pageQuery } from "./page-query.ts";
import { nameKeyOf } from "./product-document.ts";
import { fromDocument, toDocument, tombstoneOf } from "./user-document.ts";

const SORT_PATH = { createdAt: "c.createdAt", name: "c.nameKey" } as const;

const listQuery = ({ filter, order, after, limit }: UserPageQuery): SqlQuerySpec =>
  pageQuery({
    // What is not a tombstone.
    always: "IS_DEFINED(c.nameKey)",
    conditions: [
      ["CONTAINS(c.nameKey, @)", filter.name === undefined ? undefined : nameKeyOf(filter.name)],
      ["c.emailKey = @", filter.emailKey],
    ],
    sortPath: SORT_PATH[order.by],
    descending: order.descending,
    after,
    limit,
  });

/** Users in Cosmos DB. */
export class CosmosUserStore implements UserStore {
  readonly #users: CosmosEntities<User>;
  readonly #now: () => Date;

  constructor(container: () => Promise<Container>, now: () => Date) {
    this.#users = new CosmosEntities(container, { noun: "user", toDocument, fromDocument });
    this.#now = now;
  }

  insert(user: User): Promise<Versioned<User> | undefined> {
    return this.#users.insert(user, ({ email }) => email === user.email);
  }

  find(id: string): Promise<Versioned<User> | "absent" | "gone"> {
    return this.#users.find(id);
  }

  async list(query: UserPageQuery): Promise<UserPage> {
    // One row more than asked for tells whether there is a next page.
    const rows = await this.#users.query(listQuery({ ...query, limit: query.limit + 1 }));
    const users = rows.slice(0, query.limit);
    const last = users.at(-1);
    if (rows.length <= query.limit || !last) return { users };
    const sortValue = query.order.by === "name" ? nameKeyOf(last.name) : last.createdAt;
    return { users, next: { sortValue, id: last.id } };
  }

  replace(user: User, version: string): Promise<Versioned<User>> {
    return this.#users.replace(user, version);
  }

  remove(id: string, version: string, audit: AuditTrail): Promise<void> {
    return this.#users.bury(
      tombstoneOf({ id, deletedAt: this.#now().toISOString(), audit }),
      version,
    );
  }

  insertTombstone(id: string): Promise<boolean> {
    return this.#users.insertTombstone(
      tombstoneOf({ id, deletedAt: this.#now().toISOString(), audit: [] }),
    );
  }

  touch(user: Versioned<User>): Promise<boolean> {
    return this.#users.touch(user);
  }

  audit(id: string): Promise<AuditTrail | undefined> {
    return this.#users.audit(id);
  }
}
