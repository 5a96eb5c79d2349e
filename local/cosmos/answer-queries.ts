/** What a query thread does: it answers tasks, one after the other, on a connection that can only read. */
import { parentPort, workerData } from "node:worker_threads";

import { CosmosError } from "./errors.ts";
import { CompiledQueries } from "./queries/compiled.ts";
import { pageResult } from "./queries/pages.ts";
import { runChanges, runFeed } from "./queries/run-feed.ts";
import { runList, runQuery } from "./queries/run-query.ts";
import type { Outcome, Task, TaskResult } from "./queries/tasks.ts";
import { Connection } from "./store/connection.ts";

if (typeof workerData !== "string") throw new TypeError("The query thread was given no file");
const connection = new Connection(workerData, { readOnly: true });

const queries = new CompiledQueries();

const run = (task: Task): TaskResult => {
  switch (task.kind) {
    case "query":
      return runQuery(connection, queries, task);
    case "list":
      return runList(queries, task);
    case "check":
      queries.get(task.text.query);
      return pageResult({ rid: "", name: "", rows: [] }, {});
    case "feed":
      return runFeed(connection, task);
    case "changes":
      return runChanges(connection, task);
    default:
      return task satisfies never;
  }
};

/** One read transaction a task: all of its rows are of one moment. */
const outcomeOf = (task: Task): Outcome => {
  try {
    connection.run("BEGIN");
    return { kind: "done", result: run(task) };
  } catch (error) {
    if (!(error instanceof CosmosError)) return { kind: "broken", error };
    const { status, message, substatus } = error;
    return { kind: "failed", failure: { status, message, substatus } };
  } finally {
    connection.rollBack();
  }
};

parentPort?.on("message", (task: Task) => {
  const outcome = outcomeOf(task);
  const moved = outcome.kind === "done" ? [outcome.result.body.buffer] : [];
  parentPort?.postMessage(outcome, moved);
});
