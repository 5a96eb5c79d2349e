/** Application Insights for one machine: takes what the exporter sends, and shows it. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { listeningPort, portInUse } from "../ports.ts";
import { connectionStringOf } from "./connection-string.ts";
import { Faults } from "./faults.ts";
import { ingest } from "./ingest.ts";
import { ItemStore } from "./item-store.ts";

const HOST = "127.0.0.1";
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const LIST_LENGTH = 100;

export interface TelemetrySink {
  /** Where the page is. */
  readonly endpoint: string;
  /** As `APPLICATIONINSIGHTS_CONNECTION_STRING` has it. */
  readonly connectionString: string;
  readonly stop: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** A file of this folder. */
  readonly file?: string;
}

const PAGE_FILES: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  "/": { name: "page.html", type: "text/html; charset=utf-8" },
  "/page.css": { name: "page.css", type: "text/css; charset=utf-8" },
};

const readBytes = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("The body is no bytes.");
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new RangeError("The body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Waits without end: whoever asked gives up first. */
const HANG = Symbol("hang");

class Sink {
  readonly #store = new ItemStore();
  readonly #faults = new Faults();

  async answer(request: IncomingMessage): Promise<Reply | typeof HANG> {
    const url = new URL(request.url ?? "/", "http://sink");
    const method = request.method ?? "GET";
    if (/^\/v2(?:\.1)?\/track$/u.test(url.pathname)) return this.#track(request, method);
    if (url.pathname === "/_faults") return this.#setFaults(request, method);
    if (Object.hasOwn(PAGE_FILES, url.pathname)) return { status: 200, file: url.pathname };
    if (url.pathname === "/api/items" && method === "DELETE") {
      this.#store.clear();
      return { status: 204 };
    }
    return this.#show(url);
  }

  async #track(request: IncomingMessage, method: string): Promise<Reply | typeof HANG> {
    if (method !== "POST") return { status: 405 };
    const bytes = await readBytes(request);
    const fault = this.#faults.next();
    if (fault?.hang === true) return HANG;
    if (fault?.latencyMs !== undefined) await wait(fault.latencyMs);
    if (fault?.status !== undefined) {
      return { status: fault.status, body: { itemsReceived: 0, itemsAccepted: 0, errors: [] } };
    }
    const { items, status, body } = ingest(bytes, request.headers["content-encoding"]);
    this.#store.add(items);
    return { status, body };
  }

  async #setFaults(request: IncomingMessage, method: string): Promise<Reply> {
    const text = (await readBytes(request)).toString("utf8");
    return {
      status: 200,
      body: this.#faults.request(method, text === "" ? null : JSON.parse(text)),
    };
  }

  #show({ pathname, searchParams }: URL): Reply {
    const [, , view, id = ""] = pathname.split("/");
    const shown: Readonly<Record<string, () => unknown>> = {
      recent: () => this.#store.recent(LIST_LENGTH),
      slowest: () => this.#store.slowest(LIST_LENGTH),
      failed: () => this.#store.failed(LIST_LENGTH),
      metrics: () => this.#store.metrics(),
      items: () => this.#store.all(),
      search: () => this.#store.search(searchParams.get("id") ?? ""),
      traces: () => this.#store.trace(id.toLowerCase()),
    };
    const show = pathname.startsWith("/api/") ? shown[view ?? ""] : undefined;
    if (!show) return { status: 404, body: { error: "There is nothing at this URL." } };
    return { status: 200, body: { received: this.#store.received, value: show() } };
  }
}

const write = (response: ServerResponse, { status, body, file = "" }: Reply): void => {
  const page = PAGE_FILES[file];
  const text = page
    ? readFileSync(new URL(page.name, import.meta.url), "utf8")
    : body === undefined
      ? ""
      : JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": page?.type ?? "application/json",
      "cache-control": "no-store",
    })
    .end(text);
};

const serve = async (sink: Sink, request: IncomingMessage, response: ServerResponse) => {
  try {
    const reply = await sink.answer(request);
    if (reply !== HANG) write(response, reply);
  } catch (error) {
    write(response, { status: 400, body: { error: String(error) } });
  }
};

const listen = async (server: Server, port: number): Promise<void> => {
  server.listen(port, HOST);
  try {
    await once(server, "listening");
  } catch (error) {
    throw portInUse(error, "TELEMETRY_PORT");
  }
};

/** @param port 0 takes any free one. */
export const startTelemetrySink = async (port: number): Promise<TelemetrySink> => {
  const sink = new Sink();
  const server = createServer((request, response) => void serve(sink, request, response));
  await listen(server, port);
  const endpoint = `http://${HOST}:${listeningPort(server)}`;
  return {
    endpoint,
    connectionString: connectionStringOf(endpoint),
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
