import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { BodyTimeoutError, BodyTooLargeError, ClientGoneError } from "./body-reader.ts";
import { readBody, readChunked } from "./body-reader.ts";
import { httpRequestData, setCookie } from "./http-data.ts";
import { toError, type Invoker } from "./invoke.ts";
import type { Logger } from "./logger.ts";
import type { RequestGate } from "./request-gate.ts";
import { decodePath } from "./request-path.ts";
import type { RouteMatch, RouteTable } from "./routes.ts";
import type { HttpRequestData, HttpResponseData } from "./wire.ts";

/** As Kestrel has them. */
const KEEP_ALIVE_MS = 130_000;
const HEADERS_TIMEOUT_MS = 30_000;
const MAX_HEADER_BYTES = 32_768;
/** A client that takes nothing of its answer for this long is let go. */
const WRITE_STALL_MS = 60_000;
/** How long the rest of a refused body is read, so that the client gets to see the answer. */
const LINGER_MS = 1_000;

const BODILESS = new Set([204, 205, 304]);
/** Framing is the server's; what a handler says about it is dropped. */
const FRAMING = new Set(["content-length", "transfer-encoding", "connection", "keep-alive"]);

/** Serves the paths of the host itself. @returns false for a path that is not one of them. */
export type AdminHandler = (
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

export interface HttpServerOptions {
  readonly routes: RouteTable;
  readonly gate: RequestGate;
  readonly invoker: Invoker;
  readonly logger: Logger;
  readonly admin: AdminHandler;
  readonly functionKey: string | undefined;
  readonly maxBodyBytes: number;
  readonly acceptChunked: boolean;
}

const answerEmpty = (response: ServerResponse, status: number): void => {
  response.statusCode = status;
  if (status !== 204) response.setHeader("content-length", 0);
  response.end();
};

/** Answers and closes, but reads on for a moment: an answer is lost when unread data is thrown away. */
const refuse = (request: IncomingMessage, response: ServerResponse, status: number): void => {
  response.writeHead(status, { "content-length": 0, connection: "close" });
  response.flushHeaders();
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once("end", end);
  request.once("close", end);
  request.resume();
};

const writeResponse = (response: ServerResponse, data: HttpResponseData): void => {
  for (const [name, value] of Object.entries(data.headers))
    if (!FRAMING.has(name.toLowerCase())) response.setHeader(name, value);
  if (data.cookies.length > 0) {
    const own = response.getHeader("set-cookie");
    const before = own === undefined ? [] : [own].flat().map((value) => String(value));
    response.setHeader("set-cookie", [...before, ...data.cookies.map(setCookie)]);
  }
  const { bytes } = data.body;
  response.statusCode = Number(data.statusCode);
  if (BODILESS.has(response.statusCode)) {
    if (response.statusCode === 205) response.setHeader("content-length", 0);
    response.end();
    return;
  }
  response.setHeader("content-length", bytes.length);
  response.setTimeout(WRITE_STALL_MS);
  response.end(bytes);
};

const keyOf = (request: IncomingMessage): string | null | undefined => {
  const header = request.headers["x-functions-key"];
  if (typeof header === "string") return header;
  return new URL(request.url ?? "/", "http://localhost").searchParams.get("code");
};

/** A request on its way. Whoever needs the body takes it out, so that it can be freed early. */
interface Call {
  readonly found: RouteMatch;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly lengthBytes: number;
  body: ArrayBuffer | Uint8Array | undefined;
}

const takeRequestData = (call: Call): HttpRequestData => {
  const data = httpRequestData(call.request, call.found.params, call.body);
  call.body = undefined;
  return data;
};

/** The HTTP side of the host: routes, limits, and the way of a request into a function and back. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.#open.add(response);
      response.once("close", () => this.#open.delete(response));
      // The server of Azure's host refuses it too; no function could be told such a URL.
      if (!URL.canParse(`http://${request.headers.host ?? "localhost"}`))
        refuse(request, response, 400);
      else
        void this.#serve(request, response).catch((error: unknown) => this.#fail(response, error));
    };
    this.#server = createServer(
      {
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: HEADERS_TIMEOUT_MS,
        // Bodies have a deadline of their own, which begins when the host begins to read.
        requestTimeout: 0,
        maxHeaderSize: MAX_HEADER_BYTES,
        noDelay: true,
      },
      serve,
    );
    // The client is told to go on only when the body is read: node would do so at once.
    this.#server.on("checkContinue", serve);
  }

  /**
   * @param port 0 takes a free one.
   * @returns the port.
   * @throws {Error} that names the port and how to change it, when it is in use.
   */
  async listen(port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${port} is in use. Set HOST_PORT or --port to another one.`, {
              cause: error,
            })
          : error,
      );
    });
    this.#server.listen(port, "127.0.0.1", () => {
      const address = this.#server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
    return promise;
  }

  /** Takes no new connection and resolves once every open request has been answered. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    for (const response of this.#open) if (!response.headersSent) response.shouldKeepAlive = false;
    await promise;
  }

  closeAllConnections(): void {
    this.#server.closeAllConnections();
  }

  /** Answers 500 to every open request, as all of them fail when the worker process ends. */
  async failOpenRequests(): Promise<void> {
    await Promise.all(
      [...this.#open].map(async (response) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        response.once("close", resolve);
        response.once("finish", resolve);
        if (response.headersSent) response.destroy();
        else {
          response.writeHead(500, { "content-length": 0, connection: "close" });
          response.end();
        }
        await promise;
      }),
    );
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodePath(request.url ?? "/");
    if (/^\/(?:admin|runtime)(?:\/|$)/i.test(path)) {
      if (!(await this.#options.admin(path.toLowerCase(), request, response)))
        answerEmpty(response, 404);
      return;
    }
    const found = this.#options.routes.find(request.method ?? "GET", path);
    if (found === undefined) {
      answerEmpty(response, path === "/" ? 200 : 404);
      return;
    }
    if (!this.#hasKey(found, request)) {
      answerEmpty(response, 401);
      return;
    }
    const lengthBytes = Number(request.headers["content-length"] ?? 0);
    if (lengthBytes > this.#options.maxBodyBytes) {
      this.#warn(`A body over ${this.#options.maxBodyBytes} bytes was refused`);
      refuse(request, response, 500);
      return;
    }
    const { gate } = this.#options;
    if (!gate.enter()) {
      refuse(request, response, 429);
      return;
    }
    response.once("close", () => gate.leave());
    await this.#admitted({ found, request, response, lengthBytes, body: undefined });
  }

  async #admitted(call: Call): Promise<void> {
    const { gate } = this.#options;
    await gate.memory.take(call.lengthBytes);
    try {
      await this.#readInto(call);
      await gate.turns.take();
      try {
        await this.#invoke(call);
      } finally {
        gate.turns.give();
      }
    } finally {
      gate.memory.giveBack(call.lengthBytes);
    }
  }

  async #readInto(call: Call): Promise<void> {
    const { request, response, lengthBytes } = call;
    if (request.headers.expect !== undefined) response.writeContinue();
    if (lengthBytes > 0) call.body = await readBody(request, lengthBytes);
    else if (request.headers["transfer-encoding"] === undefined) return;
    else if (this.#options.acceptChunked)
      call.body = await readChunked(request, this.#options.maxBodyBytes);
    else
      this.#warn(
        `The body of ${request.method ?? ""} ${decodePath(request.url ?? "/")} was dropped, as in Azure: it came with Transfer-Encoding and without Content-Length.`,
      );
  }

  async #invoke(call: Call): Promise<void> {
    const { request, response } = call;
    const http = takeRequestData(call);
    const traceParent = request.headers["traceparent"];
    const result = await this.#options.invoker.invoke({
      fn: call.found.route.fn,
      data: { http },
      reason: "This function was programmatically called via the host APIs.",
      traceParent: typeof traceParent === "string" ? traceParent : undefined,
      url: `http://${request.headers.host ?? ""}/${call.found.route.path}`,
      onTaken: () => {
        http.body = null;
      },
    });
    if (response.destroyed) return;
    const answer = result.returnValue?.http;
    if (answer === undefined) answerEmpty(response, 204);
    else writeResponse(response, answer);
  }

  #hasKey({ route: { authLevel } }: RouteMatch, request: IncomingMessage): boolean {
    const { functionKey } = this.#options;
    return functionKey === undefined || authLevel === "anonymous"
      ? true
      : functionKey !== "" && keyOf(request) === functionKey;
  }

  #fail(response: ServerResponse, thrown: unknown): void {
    if (thrown instanceof ClientGoneError || response.destroyed) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    if (thrown instanceof BodyTimeoutError || thrown instanceof BodyTooLargeError) {
      this.#warn(toError(thrown).message);
      refuse(response.req, response, thrown instanceof BodyTimeoutError ? 408 : 500);
      return;
    }
    answerEmpty(response, 500);
  }

  #warn(message: string): void {
    this.#options.logger.host("Host.Http", { level: "warning", message });
  }
}
