/** An app whose batch trigger tells its parent process when each message came to it. */
import { app, trigger } from "@azure/functions";
import * as z from "zod";

const bodySchema = z.array(z.instanceof(Buffer));

app.generic("onBatch", {
  trigger: trigger.generic({
    type: "serviceBusTrigger",
    connection: "ServiceBus",
    queueName: "latency",
    cardinality: "many",
    dataType: "binary",
  }),
  handler: (bodies) => {
    const now = performance.timeOrigin + performance.now();
    const sent = bodySchema.parse(bodies).map((body) => Number(body.toString()));
    process.send?.({ delaysMs: sent.map((sentMs) => now - sentMs) });
  },
});
