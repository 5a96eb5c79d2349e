import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { temporaryFolder } from "../../helpers/program.ts";
import {
  bodyOf,
  failureOf,
  newClient,
  receiveAll,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

it("tells who waits that a commit has failed, and goes on from what is kept", async () => {
  const complaint = jest.spyOn(console, "error").mockReturnValue();
  const folder = await temporaryFolder();
  const bus = await startLocalServiceBus(
    { Queues: [{ Name: "orders" }] },
    { dataDir: folder.path },
  );
  await bus.send("orders", { body: "kept" });
  const hasty = newClient(bus.server.connectionString, { timeoutInMs: 2_000 });
  const other = new DatabaseSync(join(folder.path, "messages.sqlite"));

  other.exec("BEGIN IMMEDIATE");
  await failureOf(hasty.createSender("orders").sendMessages({ body: "not kept" }));
  other.exec("ROLLBACK");
  other.close();
  const client = newClient(bus.server.connectionString);
  await client.createSender("orders").sendMessages({ body: "after" });
  const messages = await receiveAll(client.createReceiver("orders"), 2);

  expect(messages.map(bodyOf)).toEqual(["kept", "after"]);
  expect(complaint).toHaveBeenCalledWith(
    expect.stringContaining("commit failed"),
    expect.anything(),
  );
  await Promise.all([client.close(), hasty.close()]);
  await bus.stop();
  await folder.remove();
}, 30_000);
