/** Requests on offers. */
import { badRequest, CosmosError } from "../errors.ts";
import { tryParseJson } from "../json.ts";
import { readThroughput, type Throughput } from "../store/offers.ts";
import { METADATA_CHARGE } from "./charges.ts";
import type { Context } from "./context.ts";
import { isQuery, type QueryRequests } from "./query-requests.ts";
import { feedReply, jsonReply, type Reply } from "./reply.ts";
import type { CosmosRequest, Headers } from "./request.ts";

/** The throughput that a database or container is to be created with. @throws {CosmosError} 400 */
export const throughputOf = (headers: Headers): Throughput | undefined => {
  const manual = headers.text("x-ms-offer-throughput");
  const autoscale = headers.text("x-ms-cosmos-offer-autopilot-settings");
  const settings = autoscale === undefined ? undefined : tryParseJson(autoscale);
  if (autoscale !== undefined && settings === undefined) {
    throw badRequest("The autoscale settings are not valid JSON.");
  }
  return readThroughput(manual, settings);
};

/** `/offers` and `/offers/{id}` */
export const offersRequest = async (
  { store, nowMs }: Context,
  queries: QueryRequests,
  request: CosmosRequest,
): Promise<Reply> => {
  const { method, path, body } = request;
  const [, id] = path;
  const { offers } = store;
  if (id === undefined) {
    const list = { rid: "", name: "Offers", resources: () => offers.all() };
    if (isQuery(request)) return queries.list(list, request, nowMs());
    if (method === "GET") return feedReply("", "Offers", offers.all());
  } else if (method === "GET") {
    return jsonReply(200, offers.get(id), { charge: METADATA_CHARGE });
  } else if (method === "PUT") {
    const replaced = await store.write(() => offers.replace(id, body(), nowMs()));
    return jsonReply(200, replaced, { charge: METADATA_CHARGE });
  }
  throw new CosmosError(405, "The request uses an HTTP method that offers do not have.");
};
