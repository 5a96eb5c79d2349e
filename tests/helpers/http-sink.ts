/** A receiver of signed calls: it checks each signature, and tells by the id what it has seen before. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { Webhook } from "standardwebhooks";

export interface SinkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SinkAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers with that, cuts the connection, never answers, or never ends its answer. */
export type SinkBehavior = (request: SinkRequest) => SinkAnswer | "cut" | "endless" | "hang";

export interface HttpSink {
  readonly url: string;
  readonly port: number;
  /** All requests that came, in order. */
  readonly requests: SinkRequest[];
  /** The first request of each id whose signature is right. */
  readonly effects: ReadonlyMap<string, SinkRequest>;
  /** Requests without a right signature. */
  readonly unsigned: SinkRequest[];
  /** Connections that were opened, also those on which nothing was said. */
  readonly connections: () => number;
  /** What it answers from now on; at first 204. */
  readonly answerWith: (behavior: SinkBehavior) => void;
  readonly stop: () => Promise<void>;
}

const readRequest = async (incoming: IncomingMessage): Promise<SinkRequest> => {
  const headers = new Map(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: Object.fromEntries(headers),
    body: await text(incoming),
  };
};

const isSigned = (request: SinkRequest, secret: string): boolean => {
  try {
    new Webhook(secret).verify(request.body, { ...request.headers });
    return true;
  } catch {
    return false;
  }
};

const endless = function* (): Generator<string> {
  for (;;) yield "x".repeat(16_384);
};

const reply = (answer: ReturnType<SinkBehavior>, outgoing: ServerResponse): void => {
  if (answer === "hang") return;
  if (answer === "cut") outgoing.socket?.destroy();
  // The caller hangs up: that is the end of it.
  else if (answer === "endless") Readable.from(endless()).pipe(outgoing);
  else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
};

const listen = (server: Server, host: string, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address);
    });
  });

/** @param secret what calls are signed with. */
export const startHttpSink = async (
  secret: string,
  { host = "127.0.0.1", port = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<HttpSink> => {
  const requests: SinkRequest[] = [];
  const effects = new Map<string, SinkRequest>();
  const unsigned: SinkRequest[] = [];
  let connections = 0;
  let behave: SinkBehavior = () => ({ status: 204 });

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const request = await readRequest(incoming);
      requests.push(request);
      const id = request.headers["webhook-id"] ?? "";
      if (!isSigned(request, secret)) unsigned.push(request);
      else if (!effects.has(id)) effects.set(id, request);
      reply(behave(request), outgoing);
    })();
  });
  server.on("connection", () => (connections += 1));
  const address = await listen(server, host, port);

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    requests,
    effects,
    unsigned,
    connections: () => connections,
    answerWith: (behavior) => (behave = behavior),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
