/** A telemetry sink of its own, and the settings of an application that tells it everything soon. */
import * as z from "zod";

import { startTelemetrySink } from "../../local/telemetry/start.ts";
import { eventually } from "./eventually.ts";

const itemSchema = z.object({
  kind: z.string(),
  timeMs: z.number(),
  durationMs: z.number(),
  traceId: z.string(),
  id: z.string(),
  parentId: z.string(),
  name: z.string(),
  success: z.boolean(),
  resultCode: z.string(),
  type: z.string(),
  role: z.string(),
  severity: z.number(),
  sampleRate: z.number(),
  properties: z.record(z.string(), z.string()),
  values: z.record(z.string(), z.number()),
});

export type ToldItem = z.infer<typeof itemSchema>;

const itemsSchema = z.object({ value: z.array(itemSchema) });
const traceSchema = z.object({ value: z.object({ items: z.array(itemSchema) }) });
const foundSchema = z.object({ value: z.array(z.string()) });

export interface WatchedSink {
  readonly endpoint: string;
  /** Settings of an application that tells this sink. */
  readonly settings: Record<string, string>;
  readonly items: () => Promise<readonly ToldItem[]>;
  /** Waits until the trace has what is wanted of it. */
  readonly trace: (
    traceId: string,
    isWhole: (items: readonly ToldItem[]) => boolean,
  ) => Promise<readonly ToldItem[]>;
  /** Ids of traces. */
  readonly search: (id: string) => Promise<readonly string[]>;
  /** What happens to what comes from now on; undefined ends it. */
  readonly setFault: (rule?: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** @param port 0 takes any free one. */
export const startWatchedSink = async (port = 0): Promise<WatchedSink> => {
  const { endpoint, connectionString, stop } = await startTelemetrySink(port);
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${endpoint}/api/${path}`)).json();
  return {
    endpoint,
    stop,
    settings: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
      OTEL_SERVICE_NAME: "stockroom",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_BLRP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "500",
      OTEL_METRIC_EXPORT_TIMEOUT: "400",
    },
    items: async () => itemsSchema.parse(await get("items")).value,
    search: async (id) => foundSchema.parse(await get(`search?id=${encodeURIComponent(id)}`)).value,
    trace: (traceId, isWhole) =>
      eventually(`trace ${traceId} is whole`, async () => {
        const { items } = traceSchema.parse(await get(`traces/${traceId}`)).value;
        return isWhole(items) && items;
      }),
    setFault: async (rule) => {
      const body = rule === undefined ? {} : { body: JSON.stringify(rule) };
      const method = rule === undefined ? "DELETE" : "PUT";
      await fetch(`${endpoint}/_faults`, { method, ...body });
    },
  };
};
