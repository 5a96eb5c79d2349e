/** Opens the file of messages: its schema, how durable a commit is, and the lock against a second process. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS entities(
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, next_number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages(
  key INTEGER PRIMARY KEY, place INTEGER NOT NULL, delivery_count INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS seen(
  entity INTEGER NOT NULL, message_key TEXT NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY(entity, message_key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session_states(
  entity INTEGER NOT NULL, session TEXT NOT NULL, state BLOB NOT NULL,
  PRIMARY KEY(entity, session)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rules(
  entity INTEGER PRIMARY KEY, configured TEXT NOT NULL, rules TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS definitions(
  path TEXT PRIMARY KEY, configured TEXT, definition TEXT) WITHOUT ROWID;
`;

/**
 * How safe an acknowledged write is.
 * - `none`: it is written soon; a killed process loses the last moments.
 * - `process`: it survives the end of the process, also by kill, but not of the machine.
 * - `disk`: it is on the disk before it is acknowledged.
 */
export type Durability = "none" | "process" | "disk";

const SYNCHRONOUS: Readonly<Record<Durability, string>> = {
  none: "OFF",
  process: "NORMAL",
  disk: "FULL",
};

/** One connection waits so long for the other. */
const BUSY_MS = 1_000;

/** Held open, with its exclusive lock, for as long as the process lives; the system frees it after a kill. */
const lock = (dataDir: string): DatabaseSync => {
  const held = new DatabaseSync(join(dataDir, "lock.sqlite"));
  try {
    held.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    held.close();
    throw new Error(`The data in ${dataDir} is in use by another process.`, { cause: error });
  }
  return held;
};

/** Larger than usual: less of a message of 1 KB is lost at the ends of pages, and fewer are written. */
const PAGE_BYTES = 8_192;

/** Makes the tables where they are missing. */
export const prepareDatabase = (database: DatabaseSync, durability: Durability): void =>
  database.exec(
    `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${SYNCHRONOUS[durability]}; PRAGMA temp_store = MEMORY; ${SCHEMA}`,
  );

/** One more connection to the file of the folder. */
export const openConnection = (dataDir: string, durability: Durability): DatabaseSync => {
  const database = new DatabaseSync(join(dataDir, "messages.sqlite"), { timeout: BUSY_MS });
  prepareDatabase(database, durability);
  return database;
};

/** @throws {Error} when another process has the same folder open. */
export const openDatabase = (
  dataDir: string,
  durability: Durability,
): { database: DatabaseSync; close: () => void } => {
  mkdirSync(dataDir, { recursive: true });
  const held = lock(dataDir);
  const database = openConnection(dataDir, durability);
  return {
    database,
    close: () => {
      database.close();
      held.close();
    },
  };
};
