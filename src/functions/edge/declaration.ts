/** What an HTTP function declares, and what all of them share. */
import type { HttpMethod } from "@azure/functions";
import type * as z from "zod";

import type { Author } from "../../domain/audit/audit.ts";
import type { Caller, Role, VerifyToken } from "../../domain/caller.ts";
import type { AnswerOnce } from "../../domain/requests/repeatable-request.ts";
import type { Precondition } from "../../domain/version.ts";
import type { BodyReader } from "./body.ts";

/** What a handler answers with. The pipeline adds request ids, cache control and the rest. */
export interface Answer {
  readonly status: number;
  /** Written as JSON. */
  readonly body?: unknown;
  /** Read only when it is sent: not for a 304. */
  readonly content?: { readonly read: () => Promise<Uint8Array>; readonly mediaType: string };
  /** Sent as `ETag`; a GET whose `If-None-Match` names it becomes a 304. */
  readonly etag?: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  /** The caller and this request, for the audit trail of what it changes. */
  readonly author: Author;
  /** From `If-Match`, or `If-None-Match: *`. */
  readonly ifMatch: Precondition | undefined;
  /** Id for what the request creates; a repeated request gets the same one again. */
  readonly newId: string;
  /** The header; null when it was not sent. */
  readonly accept: string | null;
  /** As the sender knows it. */
  readonly url: URL;
  /** For what a single route alone looks at. */
  readonly headers: { readonly get: (name: string) => string | null };
  /** The W3C trace context of the request. */
  readonly traceparent: string | undefined;
}

/** An HTTP function, declared: its path, who may call it, what it reads and what it answers are data. */
export interface Route<P = unknown, Q = unknown, B = unknown> {
  /** Operation id, `Noun_Verb`. */
  readonly operation: string;
  readonly summary: string;
  readonly method: Extract<HttpMethod, "GET" | "POST" | "PUT" | "PATCH" | "DELETE">;
  /** As the Functions host takes it, without a leading slash: `api/products/{id:guid}`. */
  readonly path: string;
  /** The least role that may call it, or `anonymous`. */
  readonly role: Role | "anonymous";
  readonly params: z.ZodType<P>;
  readonly query: z.ZodType<Q>;
  readonly body: BodyReader<B>;
  /** Whether `If-Match` must be sent (428), perhaps depending on the body. */
  readonly ifMatchRequired?: (body: B) => boolean;
  /** Whether `Repeatability-Request-ID` is honoured. */
  readonly repeatable?: true;
  /** What it answers when it succeeds, by status; null where there is no JSON body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  readonly handle: (request: RouteRequest<P, Q, B>) => Promise<Answer>;
}

/** What all routes share. */
export interface Edge {
  readonly verifyToken: VerifyToken;
  /** Where a person can get a token; part of the challenge of a 401. */
  readonly authorizationUri: string;
  /** What clients call the application by; empty for what each request calls it. */
  readonly publicOrigin: string;
  readonly answerOnce: AnswerOnce;
  readonly newId: () => string;
}
