/** Databases and containers. All are kept in memory; the file is written through and read once, at start. */
import { readContainerDefinition, type ContainerDefinition } from "../container-definition.ts";
import { badRequest, conflict, notFound } from "../errors.ts";
import { isJsonObject, parseJson, type JsonObject } from "../json.ts";
import { containerRid, databaseRid, itemRids } from "../resource-id.ts";
import { numberColumn, textColumn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { queryPolicy, type QueryPolicy } from "./index-specs.ts";
import { Indexes } from "./indexes.ts";
import { ItemTable, lastLsn, tableName } from "./item-table.ts";

export interface Database {
  readonly n: number;
  readonly id: string;
  readonly rid: string;
  readonly body: JsonObject;
  readonly containers: Map<string, Container>;
}

export interface Container {
  readonly n: number;
  readonly id: string;
  readonly rid: string;
  readonly database: Database;
  readonly items: ItemTable;
  readonly indexes: Indexes;
  readonly itemRid: (item: number) => string;
  definition: ContainerDefinition;
  /** The definition with its system properties, as it is sent. */
  body: JsonObject;
  policy: QueryPolicy;
  /** Number of the last write. Never goes back for anybody who has seen it. */
  lsn: number;
  /** Set once the container is deleted; requests that began before may still hold it. */
  isDeleted: boolean;
}

const readObject = (text: string): JsonObject => {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw new TypeError("A stored definition is no object");
  return value;
};

const containerSelf = (database: string, container: string): string =>
  `dbs/${database}/colls/${container}/`;

/** Which definitions count as the same when a container is replaced. */
const unchangeable = ({ body }: ContainerDefinition, name: string): string =>
  JSON.stringify(body[name]);

export class Catalogue {
  readonly #connection: Connection;
  readonly #databases = new Map<string, Database>();
  readonly #byRid = new Map<string, Database | Container>();
  #changes = Date.now();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.reload();
  }

  /** Reads all from the file again: at start, and when a transaction was lost. */
  reload(): void {
    this.#databases.clear();
    this.#byRid.clear();
    const connection = this.#connection;
    for (const row of connection.all("SELECT n, id, body FROM databases ORDER BY n")) {
      this.#keepDatabase(numberColumn(row, 0), textColumn(row, 1), readObject(textColumn(row, 2)));
    }
    const byNumber = new Map([...this.#databases.values()].map((entry) => [entry.n, entry]));
    for (const row of connection.all("SELECT n, database, lsn, body FROM containers ORDER BY n")) {
      const database = byNumber.get(numberColumn(row, 1));
      const [n, body] = [numberColumn(row, 0), readObject(textColumn(row, 3))];
      const lsn = Math.max(numberColumn(row, 2), lastLsn(connection, tableName(n)));
      if (database) this.#keepContainer(database, { n, lsn, body });
    }
  }

  get databases(): readonly Database[] {
    return [...this.#databases.values()];
  }

  get containers(): readonly Container[] {
    return this.databases.flatMap((database) => [...database.containers.values()]);
  }

  /** By name, else by resource id. */
  database(address: string): Database | undefined {
    const named = this.#databases.get(address);
    if (named) return named;
    const found = this.#byRid.get(address);
    return found && "containers" in found ? found : undefined;
  }

  /** By name within its database, else by resource id. */
  container(database: Database, address: string): Container | undefined {
    const named = database.containers.get(address);
    if (named) return named;
    const found = this.#byRid.get(address);
    return found && "items" in found && found.database === database ? found : undefined;
  }

  createDatabase(id: string, nowMs: number): Database {
    if (this.#databases.has(id)) throw conflict();
    const n = this.#connection.run("INSERT INTO databases(id, body) VALUES(?, '')", id);
    const rid = databaseRid(n);
    const body = {
      id,
      ...this.#systemProperties(rid, `dbs/${rid}/`, nowMs),
      _colls: "colls/",
      _users: "users/",
    };
    this.#connection.run("UPDATE databases SET body = ? WHERE n = ?", JSON.stringify(body), n);
    return this.#keepDatabase(n, id, body);
  }

  deleteDatabase(database: Database): void {
    if (this.#databases.get(database.id) !== database) throw notFound();
    for (const container of database.containers.values()) this.deleteContainer(container);
    this.#connection.run("DELETE FROM databases WHERE n = ?", database.n);
    this.#connection.run("DELETE FROM offers WHERE resource = ?", database.rid);
    this.#databases.delete(database.id);
    this.#byRid.delete(database.rid);
  }

  createContainer(database: Database, definition: ContainerDefinition, nowMs: number): Container {
    if (this.#databases.get(database.id) !== database) throw notFound();
    if (database.containers.has(definition.id)) throw conflict();
    const n = this.#connection.run(
      "INSERT INTO containers(database, id, lsn, body) VALUES(?, ?, 0, '')",
      database.n,
      definition.id,
    );
    const rid = containerRid(database.n, n);
    const body = {
      ...definition.body,
      ...this.#systemProperties(rid, containerSelf(database.rid, rid), nowMs),
      _docs: "docs/",
      _sprocs: "sprocs/",
      _triggers: "triggers/",
      _udfs: "udfs/",
      _conflicts: "conflicts/",
    };
    this.#connection.run("UPDATE containers SET body = ? WHERE n = ?", JSON.stringify(body), n);
    const container = this.#keepContainer(database, { n, lsn: 0, body });
    container.items.create();
    container.items.indexAges(definition.defaultTtl);
    container.indexes.followPolicy(body);
    return container;
  }

  /** @throws {CosmosError} 400 when the id, the partition key or the unique keys would change. */
  replaceContainer(container: Container, definition: ContainerDefinition, nowMs: number): void {
    if (container.isDeleted) throw notFound();
    if (definition.id !== container.id) throw badRequest("The id of a container cannot change.");
    for (const name of ["partitionKey", "uniqueKeyPolicy"]) {
      if (unchangeable(definition, name) !== unchangeable(container.definition, name)) {
        throw badRequest(`Document collection ${name} cannot be changed.`);
      }
    }
    const body = {
      ...container.body,
      ...definition.body,
      ...this.#systemProperties(
        container.rid,
        containerSelf(container.database.rid, container.rid),
        nowMs,
      ),
    };
    const { defaultTtl: _forgotten, ...withoutTtl } = body;
    const kept = definition.defaultTtl === undefined ? withoutTtl : body;
    this.#connection.run(
      "UPDATE containers SET body = ? WHERE n = ?",
      JSON.stringify(kept),
      container.n,
    );
    container.items.indexAges(definition.defaultTtl);
    container.indexes.followPolicy(kept);
    container.definition = definition;
    container.body = kept;
    container.policy = queryPolicy(kept);
  }

  deleteContainer(container: Container): void {
    if (container.isDeleted) throw notFound();
    container.items.drop();
    container.indexes.dropAll();
    container.isDeleted = true;
    this.#connection.run("DELETE FROM unique_values WHERE container = ?", container.n);
    this.#connection.run("DELETE FROM offers WHERE resource = ?", container.rid);
    this.#connection.run("DELETE FROM containers WHERE n = ?", container.n);
    container.database.containers.delete(container.id);
    this.#byRid.delete(container.rid);
  }

  #keepDatabase(n: number, id: string, body: JsonObject): Database {
    const database = { n, id, rid: databaseRid(n), body, containers: new Map<string, Container>() };
    this.#databases.set(id, database);
    this.#byRid.set(database.rid, database);
    return database;
  }

  #keepContainer(
    database: Database,
    { n, lsn, body }: { n: number; lsn: number; body: JsonObject },
  ): Container {
    const definition = readContainerDefinition(body);
    const container = {
      n,
      id: definition.id,
      rid: containerRid(database.n, n),
      database,
      items: new ItemTable(this.#connection, n),
      indexes: new Indexes(this.#connection, n),
      itemRid: itemRids(database.n, n),
      definition,
      body,
      policy: queryPolicy(body),
      lsn,
      isDeleted: false,
    };
    database.containers.set(container.id, container);
    this.#byRid.set(container.rid, container);
    return container;
  }

  #systemProperties(rid: string, self: string, nowMs: number): JsonObject {
    this.#changes += 1;
    const tag = this.#changes.toString(16).padStart(12, "0");
    return {
      _rid: rid,
      _self: self,
      _etag: `"00000000-0000-0000-0000-${tag}"`,
      _ts: Math.floor(nowMs / 1000),
    };
  }
}
