/** What all lists have in common. */
import * as z from "zod";

import { API_VERSION } from "./parameters.ts";

const MAX_PAGE_SIZE = 100;

export const DEFAULT_PAGE_SIZE = 20;

/** A whole number in a query. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/u, { error: "Invalid input: not a whole number" })
    .transform(Number)
    .pipe(z.int().min(min).max(max));

/** Query parameters of every list. */
export const pagingParameters = {
  maxpagesize: integer(1, MAX_PAGE_SIZE).optional(),
  continuationToken: z.string().max(2048).optional(),
};

/** @param url of the request, whose other parameters the link keeps. */
export const nextLinkOf = (url: URL, continuationToken: string): string => {
  const next = new URL(url);
  next.searchParams.set("api-version", API_VERSION);
  next.searchParams.set("continuationToken", continuationToken);
  return next.href;
};
