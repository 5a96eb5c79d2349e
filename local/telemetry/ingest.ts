/** The ingestion protocol of Application Insights: `POST /v2.1/track`. */
import { gunzipSync } from "node:zlib";

import { type Item, readItem } from "./item.ts";

/** What Azure takes of one item. */
const MAX_ITEM_CHARACTERS = 65_536;

interface Refusal {
  /** Place in what was sent. */
  readonly index: number;
  readonly statusCode: number;
  readonly message: string;
}

export interface Ingested {
  readonly items: readonly Item[];
  /** 200; 206 when some were refused, 400 when all were. */
  readonly status: number;
  readonly body: {
    readonly itemsReceived: number;
    readonly itemsAccepted: number;
    readonly errors: readonly Refusal[];
  };
}

/** A JSON array, or one JSON object a line. */
const split = (text: string): readonly unknown[] => {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  if (trimmed.startsWith("[")) {
    const parsed: unknown = JSON.parse(trimmed);
    return Array.isArray(parsed) ? parsed : [parsed];
  }
  return trimmed.split("\n").map((line): unknown => JSON.parse(line));
};

const sizeOf = ({ name, properties }: Item): number =>
  Object.values(properties).reduce((size, value) => size + value.length, name.length);

const readOne = (envelope: unknown): Item | string => {
  const item = readItem(envelope);
  return typeof item !== "string" && sizeOf(item) > MAX_ITEM_CHARACTERS
    ? "The item is too large."
    : item;
};

/**
 * @param encoding of `content-encoding`; only gzip is understood.
 * @throws {Error} when the bytes are no JSON, or not what the encoding says.
 */
export const ingest = (bytes: Buffer, encoding: string | undefined): Ingested => {
  const text = (encoding === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
  const read = split(text).map(readOne);
  const errors = read.flatMap((item, index) =>
    typeof item === "string" ? [{ index, statusCode: 400, message: item }] : [],
  );
  const items = read.filter((item) => typeof item !== "string");
  const status = errors.length === 0 ? 200 : items.length === 0 ? 400 : 206;
  return {
    items,
    status,
    body: { itemsReceived: read.length, itemsAccepted: items.length, errors },
  };
};
