/** Offers: the throughput that a database or container was given. Kept and told, never enforced. */
import { badRequest, notFound } from "../errors.ts";
import { isJsonObject, parseJson, property, type Json, type JsonObject } from "../json.ts";
import { numberColumn, textColumn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";

/** What an offer belongs to. */
export interface OfferOwner {
  readonly rid: string;
  readonly self: string;
}

export type Throughput =
  | { readonly kind: "manual"; readonly throughput: number }
  | { readonly kind: "autoscale"; readonly maxThroughput: number };

const MIN_THROUGHPUT = 400;
const THROUGHPUT_STEP = 100;
const AUTOSCALE_STEP = 1000;
/** An autoscale offer stands at a tenth of its most when nothing happens. */
const IDLE_SHARE = 0.1;

const checkManual = (throughput: number): Throughput => {
  if (throughput >= MIN_THROUGHPUT && throughput % THROUGHPUT_STEP === 0) {
    return { kind: "manual", throughput };
  }
  throw badRequest(
    `The offer should have valid throughput values: at least ${MIN_THROUGHPUT}, in steps of ${THROUGHPUT_STEP}.`,
  );
};

const checkAutoscale = (maxThroughput: number): Throughput => {
  if (maxThroughput >= AUTOSCALE_STEP && maxThroughput % AUTOSCALE_STEP === 0) {
    return { kind: "autoscale", maxThroughput };
  }
  throw badRequest(`The maximum throughput must be a multiple of ${AUTOSCALE_STEP}.`);
};

/** @throws {CosmosError} 400 when the service would not take the values. */
export const readThroughput = (
  manual: Json | undefined,
  autoscale: Json | undefined,
): Throughput | undefined => {
  const most = property(autoscale, "maxThroughput");
  if (manual !== undefined && most !== undefined) {
    throw badRequest("An offer has either a throughput or autoscale settings.");
  }
  if (most !== undefined) return checkAutoscale(Number(most));
  return manual === undefined ? undefined : checkManual(Number(manual));
};

const contentOf = (throughput: Throughput): JsonObject =>
  throughput.kind === "manual"
    ? { offerThroughput: throughput.throughput, offerIsRUPerMinuteThroughputEnabled: false }
    : {
        offerThroughput: Math.max(MIN_THROUGHPUT, throughput.maxThroughput * IDLE_SHARE),
        offerIsRUPerMinuteThroughputEnabled: false,
        offerAutopilotSettings: { maxThroughput: throughput.maxThroughput },
      };

const ridOf = (n: number): string => {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(n, 0, 3);
  return bytes.toString("base64").replaceAll("/", "-");
};

const numberOf = (rid: string): number => {
  const bytes = Buffer.from(rid.replaceAll("-", "/"), "base64");
  return bytes.length === 3 ? bytes.readUIntBE(0, 3) : -1;
};

const bodyOf = (row: Row, index: number): JsonObject => {
  const body = parseJson(textColumn(row, index));
  if (!isJsonObject(body)) throw new TypeError("A stored offer is no object");
  return body;
};

export class Offers {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  all(): readonly JsonObject[] {
    return this.#connection.all("SELECT body FROM offers ORDER BY n").map((row) => bodyOf(row, 0));
  }

  /** @throws {CosmosError} 404 */
  get(id: string): JsonObject {
    return bodyOf(this.#row(id), 1);
  }

  create(owner: OfferOwner, throughput: Throughput, nowMs: number): void {
    const n = this.#connection.run("INSERT INTO offers(resource, body) VALUES(?, '')", owner.rid);
    const rid = ridOf(n);
    const body = {
      id: rid,
      _rid: rid,
      _self: `offers/${rid}/`,
      resource: owner.self,
      offerResourceId: owner.rid,
      offerVersion: "V2",
      offerType: "Invalid",
      content: contentOf(throughput),
    };
    this.#save(n, { body, nowMs });
  }

  /** Takes only the content from what the client sends. @throws {CosmosError} 400, 404 */
  replace(id: string, body: Json | undefined, nowMs: number): JsonObject {
    const row = this.#row(id);
    const content = property(body, "content");
    const autoscale = property(content, "offerAutopilotSettings");
    const manual = autoscale === undefined ? property(content, "offerThroughput") : undefined;
    const throughput = readThroughput(manual, autoscale);
    if (!throughput) throw badRequest("The offer holds no throughput.");
    const changed = { ...bodyOf(row, 1), content: contentOf(throughput) };
    return this.#save(numberColumn(row, 0), { body: changed, nowMs });
  }

  #row(id: string): Row {
    const row = this.#connection.get("SELECT n, body FROM offers WHERE n = ?", numberOf(id));
    if (!row) throw notFound();
    return row;
  }

  #save(n: number, { body, nowMs }: { body: JsonObject; nowMs: number }): JsonObject {
    const tag = nowMs.toString(16).padStart(12, "0");
    const saved = {
      ...body,
      _etag: `"00000000-0000-0000-0000-${tag}"`,
      _ts: Math.floor(nowMs / 1000),
    };
    this.#connection.run("UPDATE offers SET body = ? WHERE n = ?", JSON.stringify(saved), n);
    return saved;
  }
}
