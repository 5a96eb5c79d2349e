/** Administration over HTTP: what there is and what it holds, and changes to it. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

import type { Faults } from "../faults.ts";
import { BrokerError, STATUS } from "../engine/errors.ts";
import type { Namespace } from "../engine/namespace.ts";
import type { EntityChanges } from "./entity-changes.ts";
import { pageAt, renderPage } from "./pages.ts";
import { XmlError } from "./xml-reader.ts";
import { elements } from "./xml.ts";

/** Imported by name it would bring a whole HTTP client along, which takes longer to load than all of the rest. */
const { createServer } = process.getBuiltinModule("node:http");

const HOST = "127.0.0.1";
const MAX_TOP = 100;
const MAX_BODY_BYTES = 262_144;

export interface AdminOptions {
  readonly namespace: () => Namespace;
  readonly isHealthy: () => boolean;
  readonly faults: Faults;
  readonly changes: EntityChanges;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const ATOM = "application/atom+xml;type=entry;charset=utf-8";

const failure = (status: number, detail: string): Answer => ({
  status,
  type: "application/xml; charset=utf-8",
  body: `<Error>${elements({ Code: status, Detail: detail })}</Error>`,
});

const health = (isHealthy: boolean): Answer => ({
  status: isHealthy ? 200 : 503,
  type: "application/json",
  body: JSON.stringify(
    isHealthy
      ? { status: "healthy", message: "Service is healthy." }
      : { status: "unhealthy", message: "Service does not accept connections." },
  ),
});

const numberOf = (url: URL, name: string, otherwise: number): number => {
  const value = Number(url.searchParams.get(name) ?? otherwise);
  return Number.isInteger(value) && value >= 0 ? value : otherwise;
};

export class AdminServer {
  readonly server: Server;
  readonly #options: AdminOptions;
  readonly #startedAt = new Date();

  constructor(options: AdminOptions) {
    this.#options = options;
    this.server = createServer((request, response) => this.#handle(request, response));
  }

  async listen(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.server.once("error", reject);
    this.server.listen(port, HOST, () => resolve());
    await promise;
    this.server.off("error", reject);
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    this.server.closeAllConnections();
    await promise;
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === "/_faults") {
      void this.#setFaults(request, response);
      return;
    }
    void (async () => {
      const { status, type, body } = await this.#answerOrFail(request);
      request.resume();
      response.writeHead(status, { "content-type": type }).end(body);
    })();
  }

  /** `PUT` with the shares as JSON; `DELETE` ends all faults. */
  async #setFaults(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = request.method === "DELETE" ? "{}" : await textOf(request);
      const shares: unknown = JSON.parse(body ?? "");
      this.#options.faults.set(shares);
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400, { "content-type": "text/plain" }).end(String(error));
    }
  }

  async #answerOrFail(request: IncomingMessage): Promise<Answer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof BrokerError) return failure(STATUS[error.condition], error.message);
      if (error instanceof XmlError) return failure(400, error.message);
      console.error("Service Bus: a request for administration failed:", error);
      return failure(500, "The request could not be served.");
    }
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const base = `http://${request.headers.host ?? HOST}`;
    const url = URL.parse(request.url ?? "/", base);
    if (!url) return failure(400, "The address is not valid.");
    if (url.pathname === "/health") return health(this.#options.isHealthy());
    const path = decode(url.pathname);
    switch (request.method ?? "") {
      case "GET":
        return this.#show(path, url, 200);
      case "PUT":
        return this.#put(request, path, url);
      case "DELETE":
        await this.#options.changes.remove(path);
        return { status: 200, type: ATOM, body: "" };
      default:
        return failure(405, `${request.method ?? "This"} is not for entities.`);
    }
  }

  /** A client that changes what there is says so by `If-Match: *`. */
  async #put(request: IncomingMessage, path: string, url: URL): Promise<Answer> {
    const body = await textOf(request);
    if (body === undefined) return failure(413, `A body has ${MAX_BODY_BYTES} bytes at most.`);
    const isUpdate = request.headers["if-match"] !== undefined;
    await this.#options.changes.put(path, body, isUpdate);
    return this.#show(path, url, isUpdate ? 200 : 201);
  }

  #show(path: string, url: URL, status: number): Answer {
    const page = pageAt(this.#options.namespace(), path, { startedAt: this.#startedAt });
    if (!page) return failure(404, `The messaging entity '${path}' could not be found.`);
    const range = {
      base: url.origin,
      path: url.pathname,
      skip: numberOf(url, "$skip", 0),
      top: Math.min(MAX_TOP, numberOf(url, "$top", MAX_TOP)),
    };
    return { status, type: ATOM, body: renderPage(page, range) };
  }
}

/** @returns undefined for a body that is too long. */
const textOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
