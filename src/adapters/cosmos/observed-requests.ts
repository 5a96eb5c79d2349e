import type { PluginConfig } from "@azure/cosmos";
import * as z from "zod";

import { record, span } from "../../telemetry/scope.ts";
import type { Span } from "../../telemetry/telemetry.ts";

const CHARGE = "x-ms-request-charge";

const headersSchema = z.object({ [CHARGE]: z.coerce.number().optional() });
const answerSchema = z.object({
  code: z.union([z.number(), z.string()]).optional(),
  headers: headersSchema.optional(),
});

interface Operation {
  readonly name: string;
  readonly collection: string;
}

interface Outcome {
  /** An HTTP status, or the system's code when no answer came. */
  readonly status: number | string;
  readonly charge: number | undefined;
  readonly elapsedMs: number;
}

/** Statuses that are an answer to the question asked; what calls decides what they mean. */
const isAnswer = (status: number | string): boolean =>
  typeof status === "number" && status < 500 && ![408, 410, 429, 449].includes(status);

const outcomeOf = (answer: unknown, startedMs: number): Outcome => {
  const { code = "unknown", headers } = answerSchema.safeParse(answer).data ?? {};
  return { status: code, charge: headers?.[CHARGE], elapsedMs: performance.now() - startedMs };
};

const tell = (running: Span, { name, collection }: Operation, outcome: Outcome): void => {
  const { status, charge, elapsedMs } = outcome;
  const failed = isAnswer(status) ? undefined : String(status);
  running.set({
    "db.response.status_code": String(status),
    "azure.cosmosdb.operation.request_charge": charge,
  });
  if (failed !== undefined) running.fail(failed);
  const labels = { "db.operation.name": name, "db.collection.name": collection };
  record("db.client.operation.duration", elapsedMs / 1000, {
    ...labels,
    "db.system.name": "azure.cosmosdb",
    "db.response.status_code": status,
    "error.type": failed,
  });
  if (charge !== undefined)
    record("azure.cosmosdb.client.operation.request_charge", charge, labels);
  if (status === 429) record("stockroom.db.throttles", 1, labels);
};

/** `/dbs/stockroom/colls/products/docs/…`: only the parts that name something declared. */
const PATH = /^\/?dbs\/(?<database>[^/]+)(?:\/colls\/(?<collection>[^/]+))?/u;

type Outgoing = Parameters<PluginConfig["plugin"]>[0];

const describe = ({ path = "", operationType, endpoint }: Outgoing) => {
  const name = operationType ?? "unknown";
  const { database, collection = "none" } = PATH.exec(path)?.groups ?? {};
  const server = URL.parse(endpoint ?? "");
  return {
    operation: { name, collection },
    attributes: {
      "db.system.name": "azure.cosmosdb",
      "db.namespace": database,
      "db.operation.name": name,
      "db.collection.name": collection,
      "server.address": server?.hostname,
    },
  };
};

/** Makes each request to the database a span and a figure. The SDK has no tracing of its own. */
const plugin: PluginConfig["plugin"] = async (context, _diagnostics, next) => {
  const { operation, attributes } = describe(context);
  const startedMs = performance.now();
  const name = `${operation.name} ${operation.collection}`;
  // A status such as 404 is thrown by the SDK and no failure: the span must not see it thrown.
  const result = await span({ name, kind: "client", attributes }, async (running) => {
    try {
      const response = await next(context);
      tell(running, operation, outcomeOf(response, startedMs));
      return { response };
    } catch (error) {
      tell(running, operation, outcomeOf(error, startedMs));
      return { error };
    }
  });
  if ("error" in result) throw result.error;
  return result.response;
};

/** An option that the SDK takes and its types leave out. */
export const OBSERVED: { readonly plugins: PluginConfig[] } = {
  plugins: [{ on: "request", plugin }],
};
