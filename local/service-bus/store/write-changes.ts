/** What the writing thread does. */
import { parentPort, workerData } from "node:worker_threads";

import { ChangeWriter } from "./change-writer.ts";
import { openConnection } from "./database.ts";
import type { FromWriter, ToWriter, WriterSettings } from "./writer-thread.ts";

const isSettings = (value: unknown): value is WriterSettings =>
  typeof value === "object" && value !== null && "dataDir" in value && "durability" in value;

if (!isSettings(workerData)) throw new TypeError("The writer was started without settings");
const database = openConnection(workerData.dataDir, workerData.durability);
const writer = new ChangeWriter(database);

const answer = (message: FromWriter): void =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message, [message.memory]);

const write = (message: Exclude<ToWriter, "stop">): void => {
  // Arrives as a plain array of bytes.
  const { buffer, byteOffset, byteLength } = message.rows;
  if (!(buffer instanceof ArrayBuffer)) return;
  const rows = Buffer.from(buffer, byteOffset, byteLength);
  try {
    writer.write({ ...message, rows });
    answer({ memory: buffer });
  } catch (error) {
    answer({ memory: buffer, error });
  }
};

parentPort?.on("message", (message: ToWriter) => {
  if (message !== "stop") {
    write(message);
    return;
  }
  database.close();
  parentPort?.close();
});
