import { HttpRequest } from "@azure/functions";
import * as z from "zod";

import { pageKeyOf } from "../../../../src/adapters/cosmos/product-list-query.ts";
import type { Product } from "../../../../src/domain/products/product.ts";
import { pageAnswer, pagingParameters } from "../../../../src/functions/edge/paging.ts";
import { checkUrlLength } from "../../../../src/functions/edge/parameters.ts";

const ORDER = { by: "name", descending: false } as const;
const ANSWER = z.object({ nextLink: z.url() });

const productOf = (name: string): Product => ({
  id: "01a21231-934a-73fa-b47f-c07f279dbdfa",
  sku: "A-1",
  name,
  category: "kitchen",
  status: "active",
  price: { amountMinor: 1, currency: "EUR" },
  stock: 0,
  images: {},
  audit: [],
  createdAt: "2026-11-25T10:12:48.603Z",
  updatedAt: "2026-11-25T10:12:48.603Z",
});

describe("the link to the next page", () => {
  it.each([
    ["letters", "a".repeat(200)],
    ["letters of three bytes", "あ".repeat(200)],
    ["letters of four bytes", "🫖".repeat(100)],
    // Its compatible form has 18 letters.
    ["ligatures of whole phrases", "\u{fdfa}".repeat(200)],
  ])("can be followed after a long name of %s", (_what, name) => {
    const url = new URL("https://stockroom-production.azurewebsites.net/api/products?orderby=name");
    const next = pageKeyOf(productOf(name), ORDER);

    const { nextLink } = ANSWER.parse(pageAnswer(url, { order: ORDER }, { value: [], next }).body);

    expect(() => checkUrlLength(new HttpRequest({ method: "GET", url: nextLink }))).not.toThrow();
    const token = new URL(nextLink).searchParams.get("continuationToken");
    expect(pagingParameters.continuationToken.safeParse(token).success).toBe(true);
  });
});
