import type { IncomingMessage } from "node:http";

import type { HttpCookie, HttpRequestData } from "./wire.ts";

type Fields = Readonly<Record<string, { readonly value: string }>>;

/** Own properties only, also for a name such as `__proto__`: names come from clients. */
const toFields = (values: Iterable<readonly [string, string]>): Fields =>
  Object.fromEntries(Array.from(values, ([name, value]) => [name, { value }]));

const headersOf = (raw: readonly string[]): Fields => {
  const values = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const value = raw[at + 1] ?? "";
    const seen = values.get(name);
    values.set(
      name,
      seen === undefined ? value : `${seen}${name === "cookie" ? "; " : ","}${value}`,
    );
  }
  return toFields(values);
};

/** Decoded pairs; names compare without case and keep their first spelling, repeats are joined. */
const queryOf = (target: string): Fields => {
  const start = target.indexOf("?");
  if (start === -1) return {};
  const values = new Map<string, { readonly name: string; value: string }>();
  for (const [name, value] of new URLSearchParams(target.slice(start))) {
    const seen = values.get(name.toLowerCase());
    if (seen === undefined) values.set(name.toLowerCase(), { name, value });
    else seen.value += `,${value}`;
  }
  return toFields(Array.from(values.values(), ({ name, value }) => [name, value] as const));
};

/** The request as the host of Azure hands it to the worker. */
export const httpRequestData = (
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
  body: ArrayBuffer | Uint8Array | undefined,
): HttpRequestData => {
  const target = request.url ?? "/";
  return {
    method: request.method ?? "GET",
    url: `http://${request.headers.host ?? "localhost"}${target}`,
    nullableHeaders: headersOf(request.rawHeaders),
    nullableQuery: queryOf(target),
    nullableParams: toFields(Object.entries(params)),
    headers: {},
    query: {},
    params: {},
    body: body === undefined ? null : { bytes: body },
    rawBody: null,
    statusCode: "",
    enableContentNegotiation: false,
    identities: [],
    cookies: [],
  };
};

const SAME_SITE = { none: undefined, lax: "lax", strict: "strict", explicitNone: "none" } as const;

const attributesOf = function* (cookie: HttpCookie): Generator<string> {
  const sameSite = SAME_SITE[cookie.sameSite ?? "none"];
  if (cookie.expires !== undefined)
    yield `expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`;
  if (cookie.maxAge !== undefined) yield `max-age=${cookie.maxAge.value}`;
  if (cookie.domain !== undefined) yield `domain=${cookie.domain.value}`;
  yield `path=${cookie.path === undefined ? "/" : cookie.path.value}`;
  if (cookie.secure?.value === true) yield "secure";
  if (sameSite !== undefined) yield `samesite=${sameSite}`;
  if (cookie.httpOnly?.value === true) yield "httponly";
};

/** One `Set-Cookie` value, as the host of Azure writes it. */
export const setCookie = (cookie: HttpCookie): string =>
  [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    ...attributesOf(cookie),
  ].join("; ");
