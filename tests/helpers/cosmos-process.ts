/** The local Cosmos DB as a process of its own, for tests that kill it. */
import { spawn } from "node:child_process";
import { once } from "node:events";

export interface CosmosProcess {
  readonly endpoint: string;
  /** SIGKILL: nothing is written, closed or said any more. */
  readonly kill: () => Promise<void>;
}

export const startCosmosProcess = async (dataDir: string): Promise<CosmosProcess> => {
  const child = spawn(
    process.execPath,
    ["local/azure.ts", "--services", "cosmos", "--data", dataDir],
    { env: { ...process.env, COSMOS_PORT: "0" }, stdio: ["ignore", "pipe", "inherit", "ipc"] },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once("message", (message: { readonly cosmos: string }) => resolve(message.cosmos));
    child.once("exit", () => reject(new Error("The process ended before it was ready")));
  });
  return {
    endpoint,
    kill: async () => {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
};
