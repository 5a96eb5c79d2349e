import { once } from "node:events";
import { type Server, type Socket, createServer } from "node:net";

import { ServiceBusClient } from "@azure/service-bus";

import { listeningPort } from "../../../local/ports.ts";
import { ServiceBusJobQueue } from "../../../src/adapters/service-bus/service-bus-job-queue.ts";

let silent: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  silent = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
  }).listen(0, "127.0.0.1");
  await once(silent, "listening");
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

it("does not wait long for a broker that takes the connection and says nothing", async () => {
  const client = new ServiceBusClient(
    `Endpoint=sb://127.0.0.1:${listeningPort(silent)};SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;`,
  );
  const queue = new ServiceBusJobQueue(() => Promise.resolve(client), 100);

  await expect(queue.send({ id: "job-1" })).rejects.toMatchObject({
    code: "unavailable",
    retryable: true,
  });
});

it("tries again to open a client that could not be opened", async () => {
  let opened = 0;
  const queue = new ServiceBusJobQueue(() => {
    opened += 1;
    return Promise.reject(new Error("There is no identity yet."));
  });

  await expect(queue.send({ id: "job-1" })).rejects.toMatchObject({ code: "unavailable" });
  await expect(queue.send({ id: "job-1" })).rejects.toMatchObject({ code: "unavailable" });

  expect(opened).toBe(2);
});
