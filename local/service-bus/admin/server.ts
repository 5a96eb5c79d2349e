/** Administration over HTTP: what there is and what it holds. Entities are made by the configuration alone. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

import type { Faults } from "../faults.ts";
import type { Namespace } from "../engine/namespace.ts";
import { pageAt, renderPage } from "./pages.ts";
import { elements } from "./xml.ts";

const HOST = "127.0.0.1";
const MAX_TOP = 100;

export interface AdminOptions {
  readonly namespace: () => Namespace;
  readonly isHealthy: () => boolean;
  readonly faults: Faults;
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
    const { status, type, body } = this.#answer(request);
    request.resume();
    response.writeHead(status, { "content-type": type }).end(body);
  }

  /** `PUT` with the shares as JSON; `DELETE` ends all faults. */
  async #setFaults(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const shares: unknown = request.method === "DELETE" ? {} : await json(request);
      this.#options.faults.set(shares);
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400, { "content-type": "text/plain" }).end(String(error));
    }
  }

  #answer(request: IncomingMessage): Answer {
    const base = `http://${request.headers.host ?? HOST}`;
    const url = URL.parse(request.url ?? "/", base);
    if (!url) return failure(400, "The address is not valid.");
    if (url.pathname === "/health") return health(this.#options.isHealthy());
    if (request.method !== "GET") {
      return failure(501, "Entities are made and removed in the configuration alone.");
    }
    const path = decode(url.pathname);
    const page = pageAt(this.#options.namespace(), path, { startedAt: this.#startedAt });
    if (!page) return failure(404, `The messaging entity '${path}' could not be found.`);
    const range = {
      base,
      skip: numberOf(url, "$skip", 0),
      top: Math.min(MAX_TOP, numberOf(url, "$top", MAX_TOP)),
    };
    return { status: 200, type: ATOM, body: renderPage(page, range) };
  }
}

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
