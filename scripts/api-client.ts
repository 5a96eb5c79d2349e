/** Calls the API as a client would, and insists on the answers. */
import { setTimeout as wait } from "node:timers/promises";

import type * as z from "zod";

const CALL_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 500;

interface Call {
  readonly method?: string;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly accept?: string;
  /** Sends no token. */
  readonly anonymous?: boolean;
}

export interface Client {
  /**
   * @param status what has to be answered, or each of what may be.
   * @throws {Error} that says what was answered instead.
   */
  readonly expect: (
    status: number | readonly number[],
    path: string,
    call?: Call,
  ) => Promise<Response>;
}

interface Content {
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

const contentOf = ({ json, bytes }: Call): Content => {
  if (json !== undefined)
    return { body: JSON.stringify(json), headers: { "content-type": "application/json" } };
  return bytes === undefined ? { headers: {} } : { body: bytes, headers: {} };
};

/** @param baseUrl where `/health/live` is found; the token goes nowhere else. */
export const makeClient = (baseUrl: URL, token: string): Client => ({
  expect: async (status, path, call = {}) => {
    const { body, headers } = contentOf(call);
    const method = call.method ?? "GET";
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...headers,
        ...(call.accept !== undefined && { accept: call.accept }),
        ...(call.anonymous !== true && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body }),
      redirect: "error",
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    const wanted = [status].flat();
    if (wanted.includes(response.status)) return response;
    const text = (await response.text()).slice(0, 500);
    throw new Error(
      `${method} ${path} answered ${response.status}, not ${wanted.join(" or ")}: ${text}`,
    );
  },
});

/** @throws {Error} of zod when the answer is not what the schema says. */
export const read = async <T>(response: Response, schema: z.ZodType<T>): Promise<T> =>
  schema.parse(await response.json());

/**
 * Looks again and again until there is something other than undefined.
 *
 * @throws {Error} that says what was waited for, with the last failure as its cause, once the time is over.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs: number,
): Promise<T> => {
  const end = Date.now() + limitMs;
  for (;;) {
    let failure: unknown;
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) {
      const reason = failure instanceof Error ? `: ${failure.message}` : "";
      throw new Error(`${what}: not after ${limitMs / 1000} s${reason}`, { cause: failure });
    }
    await wait(LOOK_EVERY_MS);
  }
};
