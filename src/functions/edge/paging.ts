/** What all lists have in common. */
import * as z from "zod";

import { writeContinuation } from "./continuation.ts";
import type { Answer } from "./declaration.ts";
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

/** `orderby`: one of the names, and `asc` or `desc` behind it. No name begins another. */
export const orderSchema = <N extends string>(names: readonly [N, ...N[]]) =>
  z
    .string()
    .regex(new RegExp(`^(?:${names.join("|")})(?: (?:asc|desc))?$`, "u"), {
      error: `Invalid input: one of ${names.join(", ")}, and asc or desc behind it`,
    })
    .transform((text) => ({
      by: names.find((name) => text.startsWith(name)) ?? names[0],
      descending: text.endsWith(" desc"),
    }));

/** `select`: names of fields, parted by commas. */
export const selectSchema = (fields: readonly string[]) =>
  z
    .string()
    .transform((text) => text.split(",").map((name) => name.trim()))
    .refine((names) => names.every((name) => fields.includes(name)), {
      error: `Invalid input: a list of ${fields.join(", ")}`,
    });

/** The view with the selected fields alone. */
export const pick = (view: object, selected: readonly string[] | undefined): object =>
  selected === undefined
    ? view
    : Object.fromEntries(Object.entries(view).filter(([name]) => selected.includes(name)));

export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ value: z.array(item), nextLink: z.url().optional() });

interface Page {
  readonly value: readonly unknown[];
  /** The place after the last row; absent on the last page. */
  readonly next?: unknown;
}

/**
 * @param url of the request, whose other parameters the link to the next page keeps.
 * @param question what was asked; see `writeContinuation`.
 */
export const pageAnswer = (url: URL, question: unknown, { value, next }: Page): Answer => {
  if (next === undefined) return { status: 200, body: { value } };
  const link = new URL(url);
  link.searchParams.set("api-version", API_VERSION);
  link.searchParams.set("continuationToken", writeContinuation(question, next));
  return { status: 200, body: { value, nextLink: link.href } };
};
