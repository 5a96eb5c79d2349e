/** The request of a batch, in JSON as the JavaScript client sends it or in .NET's binary form. */
import type { Container } from "../store/catalogue.ts";
import type { Store } from "../store/store.ts";
import {
  isFailure,
  readJsonBatch,
  runBatch,
  type BatchOperation,
  type BatchResult,
} from "./batch.ts";
import { decodeBatch, encodeResults, isHybridRow } from "./hybrid-row.ts";
import type { Reply } from "./reply.ts";
import type { CosmosRequest } from "./request.ts";

const jsonResult = ({ body, ...result }: BatchResult): string => {
  const requestCharge = Number(result.requestCharge.toFixed(2));
  const head = JSON.stringify({ ...result, requestCharge });
  return body === undefined ? head : `${head.slice(0, -1)},"resourceBody":${body}}`;
};

/** What the client asked not to be sent is left out. */
const shown = (
  results: readonly BatchResult[],
  operations: readonly BatchOperation[],
  minimal: boolean,
): readonly BatchResult[] =>
  results.map((result, index) => {
    const operation = operations[index];
    const isWrite = operation?.type !== "Read";
    if (!isWrite || !(minimal || operation?.minimal === true)) return result;
    const { body: _left, ...rest } = result;
    return rest;
  });

/** `POST` on the feed of items with the header of a batch. @throws {CosmosError} 400, 413 */
export const batchRequest = async (
  store: Store,
  container: Container,
  { headers, bytes, body }: CosmosRequest,
): Promise<Reply> => {
  const scope = { container, key: headers.text("x-ms-documentdb-partitionkey") };
  const binary = isHybridRow(bytes);
  const operations = binary ? decodeBatch(bytes) : readJsonBatch(body());
  const atomic = headers.flag("x-ms-cosmos-batch-atomic");
  const results = await runBatch(store, scope, { operations, atomic, bytes: bytes.length });
  const sent = shown(results, operations, headers.minimal);
  return {
    status: results.some(isFailure) ? 207 : 200,
    ...(binary
      ? { body: encodeResults(sent), contentType: "application/octet-stream" }
      : { body: `[${sent.map(jsonResult).join(",")}]` }),
    charge: results.reduce((sum, { requestCharge }) => sum + requestCharge, 0),
  };
};
