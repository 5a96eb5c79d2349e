/** Who asks for work in the benchmark of jobs, and the clients of Service Bus that it is put beside. */
import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";

const CLIENTS = 32;

export const nowMs = (): number => performance.timeOrigin + performance.now();

/** Makes so many calls, as many at once as there are clients. */
const byClients = async (count: number, call: () => Promise<void>): Promise<void> => {
  let begun = 0;
  const client = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
};

const jobSchema = z.object({ id: z.string() });

/** @returns when each job was posted, by its id. */
export const startJobs = async (
  count: number,
  { url, token }: { readonly url: string; readonly token: string },
): Promise<ReadonlyMap<string, number>> => {
  const postedAtMs = new Map<string, number>();
  await byClients(count, async () => {
    const atMs = nowMs();
    const response = await fetch(`${url}/api/jobs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: '{"kind":"make-thumbnails","input":{}}',
    });
    if (response.status !== 202) throw new Error(`A job was answered with ${response.status}`);
    postedAtMs.set(jobSchema.parse(await response.json()).id, atMs);
  });
  return postedAtMs;
};

/** Sends messages as the jobs are posted, one for each call, and completes each as it comes. */
export const sendAndComplete = async (
  count: number,
  { connectionString, queue }: { readonly connectionString: string; readonly queue: string },
): Promise<{ readonly rate: number; readonly delaysMs: readonly number[] }> => {
  const client = new ServiceBusClient(connectionString);
  const sender = client.createSender(queue);
  const receiver = client.createReceiver(queue);
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const delaysMs: number[] = [];
  receiver.subscribe(
    {
      processMessage: async (message) => {
        await receiver.completeMessage(message);
        delaysMs.push(nowMs() - z.number().parse(message.body));
        if (delaysMs.length === count) resolve();
      },
      processError: ({ error }) => Promise.resolve(reject(error)),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: CLIENTS },
  );
  const startedMs = nowMs();
  await byClients(count, () => sender.sendMessages({ body: nowMs() }));
  await done;
  const rate = (count * 1000) / (nowMs() - startedMs);
  await client.close();
  return { rate, delaysMs };
};
