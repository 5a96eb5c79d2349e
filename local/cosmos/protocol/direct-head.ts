/** Reads the head of a request that is as plain as those of clients are. */

export interface DirectHead {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Length of the body that follows. */
  readonly bodyBytes: number;
}

/** Stricter than HTTP is: one space, no continued lines, visible characters of ASCII only. */
const HEAD = /^(GET|POST|PUT|PATCH|DELETE) (\/[!-~]*) HTTP\/1\.1\r\n((?:[\w-]+:[ -~]*\r\n)+)$/;

/** With one of these a request is read or answered in another way than told by its length. */
const UNUSUAL = ["transfer-encoding", "expect", "upgrade"] as const;

const LENGTH = /^\d{1,7}$/;

const readHeaders = (lines: string): ReadonlyMap<string, string> | undefined => {
  const headers = new Map<string, string>();
  let count = 0;
  for (let start = 0; start < lines.length; count += 1) {
    const colon = lines.indexOf(":", start);
    const end = lines.indexOf("\r\n", colon);
    headers.set(lines.slice(start, colon).toLowerCase(), lines.slice(colon + 1, end).trim());
    start = end + 2;
  }
  return headers.size === count ? headers : undefined;
};

const isUnusual = (headers: ReadonlyMap<string, string>): boolean =>
  !headers.has("host") ||
  UNUSUAL.some((name) => headers.has(name)) ||
  (headers.get("connection") ?? "keep-alive").toLowerCase() !== "keep-alive";

/**
 * @param text the lines up to the empty one, each with its end.
 * @returns undefined for what is better left to a complete HTTP server: anything unusual, or wrong.
 */
export const readDirectHead = (text: string): DirectHead | undefined => {
  const [, method = "", url = "", lines = ""] = HEAD.exec(text) ?? [];
  const headers = lines === "" ? undefined : readHeaders(lines);
  if (!headers || isUnusual(headers)) return undefined;
  const length = headers.get("content-length") ?? "0";
  return LENGTH.test(length) ? { method, url, headers, bodyBytes: Number(length) } : undefined;
};
