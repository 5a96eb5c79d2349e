import { randomUUID } from "node:crypto";

import * as z from "zod";

import type { WantedToken } from "../../local/entra/fetch-token.ts";
import type { Stockroom } from "./stockroom.ts";

const imageSchema = z.object({
  name: z.string(),
  contentType: z.string().optional(),
  bytes: z.int().optional(),
  widthPx: z.int().optional(),
  heightPx: z.int().optional(),
  status: z.string(),
  error: z.object({ code: z.string() }).optional(),
  thumbnails: z.array(z.object({ widthPx: z.int(), heightPx: z.int(), url: z.url() })).optional(),
});

const productSchema = z.object({
  id: z.uuid(),
  sku: z.string(),
  name: z.string(),
  stock: z.int(),
  price: z.object({ amountMinor: z.int(), currency: z.string() }),
  images: z.record(z.string(), imageSchema),
});

const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    target: z.string().optional(),
    details: z
      .array(z.object({ code: z.string(), target: z.string(), message: z.string() }))
      .optional(),
  }),
});

const pageSchema = z.object({ value: z.array(productSchema), nextLink: z.url().optional() });

/** A SKU that no other test uses, also against a host that keeps its data. */
export const newSku = (): string => `T-${randomUUID()}`;

/** A product that can be created; `changes` replace fields. */
export const productInput = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  sku: newSku(),
  name: "Coffee cup",
  category: "kitchen",
  price: { amountMinor: 1250, currency: "EUR" },
  stock: 3,
  ...changes,
});

export const readProduct = async (response: Response) => productSchema.parse(await response.json());
export const readImage = async (response: Response) => imageSchema.parse(await response.json());
export const readPage = async (response: Response) => pageSchema.parse(await response.json());

/** The error body; fails when the answer does not keep the error contract. */
export const readError = async (response: Response) => {
  const { error } = errorSchema.parse(await response.json());
  expect(response.headers.get("x-ms-error-code")).toBe(error.code);
  expect(response.headers.get("x-ms-request-id")).toMatch(/^[0-9a-f-]{36}$/u);
  return error;
};

interface Sent {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/**
 * A client of the HTTP API. Bodies that are not bytes are sent as JSON.
 *
 * @param wanted whose token it sends; an admin's unless told.
 */
export const clientOf = (
  { url, token }: Pick<Stockroom, "token" | "url">,
  wanted: Partial<WantedToken> = {},
) => {
  let authorization: Promise<string> | undefined;
  const send = async (
    method: string,
    path: string,
    { body, headers = {} }: Sent = {},
  ): Promise<Response> => {
    const isBytes = body instanceof Uint8Array;
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    authorization ??= token(wanted).then((text) => `Bearer ${text}`);
    return fetch(new URL(path, url), {
      method,
      headers: {
        authorization: await authorization,
        ...(body !== undefined && !isBytes && { "content-type": type }),
        ...headers,
      },
      ...(body !== undefined && { body: isBytes ? body : JSON.stringify(body) }),
    });
  };
  return {
    send,
    /** Creates a product; fails the test when that does not work. */
    create: async (changes: Record<string, unknown> = {}) => {
      const response = await send("POST", "/api/products", { body: productInput(changes) });
      expect(response.status).toBe(201);
      const product = await readProduct(response);
      return { ...product, etag: response.headers.get("etag") ?? "" };
    },
  };
};

export type Client = ReturnType<typeof clientOf>;
