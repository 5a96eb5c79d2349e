import * as z from "zod";

import { readTarget } from "../../../domain/calls/call-target.ts";
import type { CallRun, CallUrl } from "../../../domain/calls/call-url.ts";
import { AppError } from "../../../domain/errors.ts";

const MAX_BODY_BYTES = 65_536;
const MAX_DELAY_SECONDS = 7 * 86_400;

/** What can be said of a URL before it is called; the rest is said when it is. */
const ANYWHERE = { exemptHosts: [], requireHttps: false };

const urlSchema = z.string().superRefine((text, context) => {
  try {
    readTarget(text, ANYWHERE);
  } catch (error) {
    const message = error instanceof AppError ? error.message : "The URL is not one.";
    context.addIssue({ code: "custom", message: `Invalid input: ${message}` });
  }
});

/** It came as JSON, so it is JSON. */
const bodySchema = z
  .unknown()
  .refine((value) => value !== undefined, { error: "Invalid input: a body is required" })
  .refine((value) => Buffer.byteLength(JSON.stringify(value) ?? "") <= MAX_BODY_BYTES, {
    error: `Invalid input: at most ${MAX_BODY_BYTES} bytes of JSON`,
  });

/** What was near enough when it was sent is so when it is read again. */
const isNear = (instant: string): boolean =>
  !(Date.parse(instant) > Date.now() + MAX_DELAY_SECONDS * 1000);
const FAR = { error: `Invalid input: at most ${MAX_DELAY_SECONDS} seconds ahead` };

const inputSchema = z
  .strictObject({
    url: urlSchema,
    body: bodySchema,
    delaySeconds: z.int().min(0).max(MAX_DELAY_SECONDS).optional(),
    notBefore: z.iso.datetime({ offset: true }).refine(isNear, FAR).optional(),
  })
  .refine(({ delaySeconds, notBefore }) => delaySeconds === undefined || notBefore === undefined, {
    error: "Invalid input: delaySeconds or notBefore, not both",
    path: ["notBefore"],
  });

type Input = z.infer<typeof inputSchema>;

/** Calls a URL, at once or later. A receiver that is away for an hour gets its call all the same. */
export const callUrlKind = (callUrl: CallUrl) => ({
  role: "editor" as const,
  input: inputSchema,
  limits: { attempts: 20, attemptMs: 60_000, atOnce: 32 },
  /** When the job may begin; undefined for at once. */
  notBefore: ({ delaySeconds, notBefore }: Input, now: Date): Date | undefined => {
    if (notBefore !== undefined) return new Date(notBefore);
    return delaySeconds === undefined ? undefined : new Date(now.getTime() + delaySeconds * 1000);
  },
  run: ({ url, body }: Input, run: CallRun) => callUrl({ url, body }, run),
});
