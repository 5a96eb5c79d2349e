/** Requests that no client should send: each of them is the caller's mistake, whatever the random part. */
import * as fc from "fast-check";

import { productInput } from "./client.ts";

export interface BadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

const PRODUCTS = "/api/products";
const JSON_TYPE = "application/json";
const PATCH_TYPE = "application/merge-patch+json";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const post = (body: Uint8Array, type = JSON_TYPE): BadRequest => ({
  method: "POST",
  path: PRODUCTS,
  headers: { "content-type": type },
  body,
});

/** Values that are right for no field of a product; as JSON text, since JSON can say more than `JSON.stringify`. */
const wrongJson = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "-1",
    "0.5",
    "1e400",
    "-1e400",
    "9007199254740993",
    '""',
    '"   "',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"a\\u2028b"',
    "[]",
    "[1]",
    "{}",
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{}}}',
  ),
  fc.integer({ min: 10_001, max: 10_050 }).map((length) => JSON.stringify("x".repeat(length))),
);

const KNOWN_FIELDS = ["sku", "name", "category", "status", "price", "stock"] as const;

const withRawField = (name: string, json: string): string => {
  const { [name]: _, ...others } = productInput();
  return `${JSON.stringify(others).slice(0, -1)},${JSON.stringify(name)}:${json}}`;
};

const unknownField = fc
  .oneof(
    fc.constantFrom("__proto__", "toString", "constructor", "id", "images", "_etag"),
    fc.string(),
  )
  .filter(
    (name) =>
      ![...KNOWN_FIELDS, "description", "lowStockThreshold"].some((known) => known === name),
  );

/** Rare, since each takes as long as a hundred others. */
const tooLarge = fc
  .integer({ min: 1_048_577, max: 1_100_000 })
  .map((length) => post(new Uint8Array(length).fill(0x20)));

const badBody: fc.Arbitrary<BadRequest> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => post(bytes)),
  fc.json().map((text) => post(utf8(text))),
  fc
    .tuple(fc.constantFrom(...KNOWN_FIELDS), wrongJson)
    .map(([name, json]) => post(utf8(withRawField(name, json)))),
  fc
    .tuple(unknownField, fc.json({ maxDepth: 2 }))
    .map(([name, json]) => post(utf8(withRawField(name, json)))),
  fc
    .integer({ min: 33, max: 5000 })
    .map((depth) => post(utf8(withRawField("name", "[".repeat(depth) + "]".repeat(depth))))),
  fc
    .constantFrom("", "text/plain", PATCH_TYPE, "application/json; charset=utf-16", "json", ";;=")
    .map((type) => post(utf8(JSON.stringify(productInput())), type)),
);

const badPatch: fc.Arbitrary<BadRequest> = fc
  .tuple(
    fc.uuid(),
    fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      wrongJson,
      wrongJson.map((json) => `{"stock":${json}}`),
    ),
    fc.constantFrom("PATCH", "PUT"),
  )
  .map(([id, json, method]) => ({
    method,
    path: `${PRODUCTS}/${id}`,
    headers: { "content-type": method === "PATCH" ? PATCH_TYPE : JSON_TYPE },
    body: utf8(json),
  }));

const KNOWN_PARAMETERS = [
  "category",
  "status",
  "currency",
  "minPrice",
  "maxPrice",
  "name",
  "orderby",
  "maxpagesize",
  "select",
  "continuationToken",
  "api-version",
];

/** What `select` takes; `fc.string` is fond of words such as `name`, which would make a good request. */
const SELECTABLE = ["id", "sku", "name", "category", "status", "price", "stock"];

const get = (search: URLSearchParams): BadRequest => ({
  method: "GET",
  path: `${PRODUCTS}?${search.toString()}`,
  headers: {},
});

const badQuery: fc.Arbitrary<BadRequest> = fc.oneof(
  fc
    .tuple(
      fc
        .string({ maxLength: 30, unit: "binary" })
        .filter((name) => !KNOWN_PARAMETERS.includes(name)),
      fc.string({ maxLength: 30 }),
    )
    .map(([name, value]) => get(new URLSearchParams([[name, value]]))),
  fc
    .tuple(
      fc.constantFrom(
        "status",
        "currency",
        "minPrice",
        "orderby",
        "maxpagesize",
        "select",
        "continuationToken",
        "api-version",
      ),
      fc
        .string({ maxLength: 40, unit: "binary" })
        .filter((text) => !/^\d+$/u.test(text) && !SELECTABLE.includes(text)),
    )
    .map(([name, value]) => get(new URLSearchParams([[name, value]]))),
  fc
    .tuple(fc.constantFrom(...KNOWN_PARAMETERS), fc.string({ maxLength: 10 }))
    .map(([name, value]) =>
      get(
        new URLSearchParams([
          [name, value],
          [name, value],
        ]),
      ),
    ),
  fc.constantFrom("a\0b", "\u0001", "\u2029").map((name) => get(new URLSearchParams({ name }))),
  fc
    .integer({ min: 2084, max: 8000 })
    .map((length) => get(new URLSearchParams({ name: "x".repeat(length) }))),
);

const badHeaders: fc.Arbitrary<BadRequest> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("if-match", "if-none-match"),
      fc.constantFrom("abc", '"abc', "W/abc", '"a" "b"', "*,*", '"a",', "**"),
      fc.uuid(),
    )
    .map(([name, value, id]) => ({
      method: "DELETE",
      path: `${PRODUCTS}/${id}`,
      headers: { [name]: value },
    })),
  fc
    .record({
      "repeatability-request-id": fc.constantFrom("1", "not-a-uuid", "{}"),
      "repeatability-first-sent": fc.constantFrom(
        "now",
        "2026-01-01",
        "Sun, 06 Nov 1994 08:49:37 GMT",
      ),
    })
    .map((headers) => ({
      method: "POST",
      path: PRODUCTS,
      headers: { ...headers, "content-type": JSON_TYPE },
      body: utf8(JSON.stringify(productInput())),
    })),
);

const segment = fc.oneof(
  fc.constantFrom("products", "images", "%00", "%ff", "%2F", "%zz", "..%2f", "%", ":x", "health"),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
);

const badUrl: fc.Arbitrary<BadRequest> = fc
  .tuple(
    fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
    fc.array(segment, { minLength: 1, maxLength: 4 }),
  )
  .map(([method, segments]) => ({
    method,
    path: `/api/nothing/${segments.join("/")}`,
    headers: {},
  }));

const badMethod: fc.Arbitrary<BadRequest> = fc
  .constantFrom(
    ["PUT", PRODUCTS],
    ["DELETE", PRODUCTS],
    ["PATCH", PRODUCTS],
    ["POST", "/health/live"],
    ["POST", `${PRODUCTS}/6ba7b810-9dad-71d1-80b4-00c04fd430c8`],
  )
  .map(([method = "", path = ""]) => ({ method, path, headers: {} }));

export const badRequest: fc.Arbitrary<BadRequest> = fc.oneof(
  { weight: 40, arbitrary: badBody },
  { weight: 20, arbitrary: badPatch },
  { weight: 20, arbitrary: badQuery },
  { weight: 10, arbitrary: badHeaders },
  { weight: 10, arbitrary: badUrl },
  { weight: 10, arbitrary: badMethod },
  { weight: 1, arbitrary: tooLarge },
);
