import { connectionName } from "./connections.ts";
import type { AppFunction } from "./invoke.ts";

/** Where the feed of a function begins as long as it has no lease. */
export type FeedStart = "now" | "beginning" | Date;

export interface CosmosTriggerOptions {
  readonly connection: string;
  readonly database: string;
  readonly container: string;
  readonly leaseConnection: string;
  readonly leaseDatabase: string;
  readonly leaseContainer: string;
  readonly createsLeaseContainer: boolean;
  readonly leasePrefix: string;
  readonly pollMs: number;
  readonly maxItems: number;
  readonly start: FeedStart;
}

/** Azure waits five seconds; developers wait. */
const POLL_MS = 1_000;
const MAX_ITEMS = 100;

const textOption = (fn: AppFunction, name: string, fallback: string): string => {
  const value = fn.trigger[name];
  return typeof value === "string" && value !== "" ? value : fallback;
};

const numberOption = (fn: AppFunction, name: string, fallback: number): number => {
  const value = fn.trigger[name];
  return typeof value === "number" && value > 0 ? value : fallback;
};

const startOf = (fn: AppFunction): FeedStart => {
  const time = textOption(fn, "startFromTime", "");
  const isFromBeginning = fn.trigger["startFromBeginning"] === true;
  if (time === "") return isFromBeginning ? "beginning" : "now";
  const date = new Date(time);
  if (isFromBeginning || Number.isNaN(date.getTime()))
    throw new Error("startFromTime is a date, and not given together with startFromBeginning");
  return date;
};

/** @throws {Error} that says which option is missing or contradicts another. */
export const cosmosOptions = (fn: AppFunction): CosmosTriggerOptions => {
  const connection = connectionName(fn.trigger["connection"], "CosmosDB");
  const database = textOption(fn, "databaseName", "");
  const container = textOption(fn, "containerName", "");
  if (database === "" || container === "")
    throw new Error("A Cosmos DB trigger needs databaseName and containerName");
  if (textOption(fn, "changeFeedMode", "LatestVersion") !== "LatestVersion")
    throw new Error("The local host has the change feed mode LatestVersion only");
  const options = {
    connection,
    database,
    container,
    leaseConnection: connectionName(fn.trigger["leaseConnection"], connection),
    leaseDatabase: textOption(fn, "leaseDatabaseName", database),
    leaseContainer: textOption(fn, "leaseContainerName", "leases"),
    createsLeaseContainer: fn.trigger["createLeaseContainerIfNotExists"] === true,
    leasePrefix: textOption(fn, "leaseContainerPrefix", ""),
    pollMs: numberOption(fn, "feedPollDelay", POLL_MS),
    maxItems: numberOption(fn, "maxItemsPerInvocation", MAX_ITEMS),
    start: startOf(fn),
  };
  if (
    options.leaseContainer === container &&
    options.leaseDatabase === database &&
    options.leaseConnection === connection
  )
    throw new Error("The monitored container cannot be the same as the lease container");
  return options;
};
