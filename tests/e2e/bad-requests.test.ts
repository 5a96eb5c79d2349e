import * as fc from "fast-check";

import { type BadRequest, badRequest } from "../helpers/bad-requests.ts";
import { type Client, clientOf, readError } from "../helpers/client.ts";
import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

/** Sent at once; with the batches they make 1,000 requests. */
const BATCH = 20;
const BATCHES = process.env["SOAK"] === undefined ? 50 : 500;

let stockroom: Stockroom;
let client: Client;

beforeAll(async () => {
  stockroom = await startStockroom();
  client = clientOf(stockroom);
}, 60_000);

afterAll(() => stockroom.stop());

const shown = ({ method, path, headers, body = new Uint8Array() }: BadRequest): string => {
  const text = Buffer.from(body.subarray(0, 200)).toString("latin1");
  return `${method} ${path.slice(0, 200)} ${JSON.stringify(headers)} ${JSON.stringify(text)}`;
};

/** Says what is wrong with the answer to a bad request; undefined when it was refused as it should be. */
const complaint = async (request: BadRequest): Promise<string | undefined> => {
  const { method, path, headers, body } = request;
  const response = await client.send(method, path, { body, headers });
  try {
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.status).not.toBe(401);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    await readError(response);
    return undefined;
  } catch (error) {
    return `${shown(request)} was answered with ${response.status}: ${String(error)}`;
  }
};

describe("a bad request", () => {
  it("gets a 4xx with the error contract, whatever is wrong with it", async () => {
    const batch = fc.array(badRequest, { minLength: BATCH, maxLength: BATCH });

    const property = fc.asyncProperty(batch, async (requests) => {
      const complaints = await Promise.all(requests.map(complaint));
      expect(complaints.filter((text) => text !== undefined)).toEqual([]);
    });

    // A failure is complete as it is: shrinking would send thousands of requests more.
    await fc.assert(property, { numRuns: BATCHES, endOnFailure: true });
  }, 180_000);
});
