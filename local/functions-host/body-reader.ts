import type { IncomingMessage } from "node:http";

/** A body has this long, and one second more for each `BYTES_PER_SECOND` it announces. */
const BASE_DEADLINE_MS = 30_000;
const BYTES_PER_SECOND = 102_400;

/** The client left before its body was complete. Nobody waits for an answer. */
export class ClientGoneError extends Error {}

/** The body came too slowly. */
export class BodyTimeoutError extends Error {}

/** The body is longer than the host takes. */
export class BodyTooLargeError extends Error {}

interface Sink {
  take(chunk: Uint8Array): void;
}

const drain = (request: IncomingMessage, deadlineMs: number, sink: Sink): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const gone = (): void => reject(new ClientGoneError("the client closed the connection"));
  if (request.destroyed) {
    gone();
    return promise;
  }
  const timer = setTimeout(
    () => reject(new BodyTimeoutError(`the body took longer than ${deadlineMs} ms`)),
    deadlineMs,
  );
  request.on("data", (chunk: Uint8Array) => {
    try {
      sink.take(chunk);
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
  request.once("end", resolve);
  request.once("error", gone);
  request.once("close", gone);
  return promise.finally(() => {
    clearTimeout(timer);
    request.removeAllListeners("data");
  });
};

/**
 * Reads a body of known length straight into its place, so that it is in memory once.
 *
 * @throws {ClientGoneError | BodyTimeoutError}
 */
export const readBody = async (
  request: IncomingMessage,
  lengthBytes: number,
): Promise<ArrayBuffer> => {
  const body = new ArrayBuffer(lengthBytes);
  const view = new Uint8Array(body);
  let filled = 0;
  await drain(request, BASE_DEADLINE_MS + (lengthBytes / BYTES_PER_SECOND) * 1000, {
    take: (chunk) => {
      view.set(chunk, filled);
      filled += chunk.length;
    },
  });
  return body;
};

/**
 * Reads a body of unknown length.
 *
 * @throws {ClientGoneError | BodyTimeoutError | BodyTooLargeError}
 */
export const readChunked = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let total = 0;
  await drain(request, BASE_DEADLINE_MS, {
    take: (chunk) => {
      total += chunk.length;
      if (total > maxBytes) throw new BodyTooLargeError(`the body exceeds ${maxBytes} bytes`);
      chunks.push(chunk);
    },
  });
  return Buffer.concat(chunks);
};
