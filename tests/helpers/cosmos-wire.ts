/** Requests to the local Cosmos DB without an SDK: for what an SDK hides, forbids or never sends. */
import { createHmac } from "node:crypto";

import type { Cosmos } from "../../local/cosmos/start.ts";

export interface WireRequest {
  readonly method?: string;
  /** Parts of the path, not yet encoded. */
  readonly path: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined without one. */
  readonly json: unknown;
}

const signature = (key: string, text: string): string =>
  createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");

export interface Signed {
  readonly method?: string;
  readonly path: readonly string[];
  /** What is signed instead of what the path says. */
  readonly type?: string;
  readonly link?: string;
}

/** What a client sends in `authorization` for a request of this path at this time. */
export const authorizationFor = (key: string, signed: Signed, date: string): string => {
  const { method = "GET", path } = signed;
  const isResource = path.length % 2 === 0;
  const type = signed.type ?? (isResource ? path.at(-2) : path.at(-1)) ?? "";
  const link = signed.link ?? (isResource ? path : path.slice(0, -1)).join("/");
  const text = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
  return encodeURIComponent(`type=master&ver=1.0&sig=${signature(key, text)}`);
};

/** Sends the request, signed unless it brings its own authorization. */
export const send = async (cosmos: Cosmos, request: WireRequest): Promise<WireResponse> => {
  const date = new Date().toUTCString();
  const response = await fetch(
    `${cosmos.endpoint}/${request.path.map(encodeURIComponent).join("/")}`,
    {
      method: request.method ?? "GET",
      headers: {
        "x-ms-date": date,
        authorization: authorizationFor(cosmos.key, request, date),
        ...request.headers,
      },
      ...(request.body !== undefined && { body: request.body }),
    },
  );
  const text = await response.text();
  const json: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, json };
};

/** Sets how far ahead of the machine's the server's clock goes. */
export const moveClock = async (cosmos: Cosmos, offsetMs: number): Promise<void> => {
  const response = await fetch(`${cosmos.endpoint}/_clock`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ offsetMs }),
  });
  if (!response.ok) throw new Error(`The clock answered ${response.status}`);
};

/** A property of an answer whose shape the test does not know yet. */
export const field = (json: unknown, name: string): unknown =>
  typeof json === "object" && json !== null && Object.hasOwn(json, name)
    ? new Map<string, unknown>(Object.entries(json)).get(name)
    : undefined;

/** Stands for any text where a test compares whole objects. */
export const ANY_TEXT: unknown = expect.any(String);
