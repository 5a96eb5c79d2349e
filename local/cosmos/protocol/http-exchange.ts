/** A request that Node's own HTTP server has read: any request that HTTP allows. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";

import { tooLarge } from "../errors.ts";
import type { Exchange, WireResponse } from "./exchange.ts";
import { Headers, MAX_BODY_BYTES } from "./request.ts";

const readBody = async (message: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    message.on("end", () => resolve(Buffer.concat(chunks)));
    message.on("error", reject);
  });

export const httpExchange = (message: IncomingMessage, response: ServerResponse): Exchange => {
  const cut = (): void => {
    message.socket.destroy();
  };
  const respond = ({ status, headers, body, truncated, sent }: WireResponse): void => {
    const length = body !== undefined && { "content-length": Buffer.byteLength(body) };
    response.writeHead(status, { ...headers, ...length });
    if (truncated === true && body !== undefined) {
      response.write(Buffer.from(body).subarray(0, Buffer.byteLength(body) / 2));
      setImmediate(cut);
    } else response.end(body, sent);
  };
  return {
    method: message.method,
    url: message.url ?? "/",
    headers: new Headers((name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(",") : value;
    }),
    begun: performance.now(),
    readBody: async () => readBody(message),
    respond,
    cut,
  };
};
