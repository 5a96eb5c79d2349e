import type { TriggerKind } from "./listener.ts";

/** Runs on `/admin/warmup`, or at the start when the host is told so; nothing else starts it. */
export const warmupTrigger: TriggerKind = {
  validate: () => {},
  start: () => Promise.resolve({ stop: () => Promise.resolve(), healthy: () => true }),
  run: async (fn, host) => {
    await host.invoker.invoke({ fn, data: {}, reason: "Warmup" });
  },
};
