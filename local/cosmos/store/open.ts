/** Opens the data file: its schema, how durable a write is, and the lock that keeps a second process out. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { Connection } from "./connection.ts";

/** 16 MB: a checkpoint waits for the disk several times, so it should be rare. */
const CHECKPOINT_PAGES = 4000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS databases(
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS containers(
  n INTEGER PRIMARY KEY AUTOINCREMENT, database INTEGER NOT NULL, id TEXT NOT NULL,
  lsn INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE(database, id));
CREATE TABLE IF NOT EXISTS unique_values(
  container INTEGER NOT NULL, pk TEXT NOT NULL, policy INTEGER NOT NULL, value TEXT NOT NULL,
  seq INTEGER NOT NULL, PRIMARY KEY(container, pk, policy, value)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unique_values_by_item ON unique_values(container, seq);
CREATE TABLE IF NOT EXISTS indexes(
  n INTEGER PRIMARY KEY AUTOINCREMENT, container INTEGER NOT NULL, keys TEXT NOT NULL,
  learned INTEGER NOT NULL, built_to INTEGER);
CREATE TABLE IF NOT EXISTS offers(
  n INTEGER PRIMARY KEY AUTOINCREMENT, resource TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
`;

export interface StoreOptions {
  /** Folder of the data; made when missing. */
  readonly dataDir: string;
  /** True: a write is on the disk before it is answered. False: it survives the process, not the machine. */
  readonly durable: boolean;
}

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

export const dataFile = (dataDir: string): string => join(dataDir, "cosmos.sqlite");

/** @throws {Error} when another process has the same folder open. */
export const openStore = ({
  dataDir,
  durable,
}: StoreOptions): { connection: Connection; close: () => void } => {
  mkdirSync(dataDir, { recursive: true });
  const held = lock(dataDir);
  const connection = new Connection(dataFile(dataDir), { readOnly: false });
  connection.execute(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"};
     PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; ${SCHEMA}`,
  );
  return {
    connection,
    close: () => {
      connection.close();
      held.close();
    },
  };
};
