import type {
  HttpFunctionOptions,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from "@azure/functions";

import { AppError } from "../../domain/errors.ts";
import { errorCode } from "../../telemetry/error-fields.ts";
import { currentSpan, record, withFields } from "../../telemetry/scope.ts";
import { challengeOf } from "./authorize.ts";
import { isNotModified } from "./conditional.ts";
import { logFailure, logLine } from "./log.ts";
import { checkUrlLength } from "./parameters.ts";
import { toProblem } from "./problem.ts";
import { refusalReason } from "./refusal-reason.ts";
import { requestIdHeaders, requestIds } from "./request-id.ts";
import type { Answer, Edge } from "./declaration.ts";
import type { HttpRoute } from "./route.ts";

interface Response extends HttpResponseInit {
  status: number;
  headers: Readonly<Record<string, string>>;
}

const toResponse = async (request: HttpRequest, answer: Answer): Promise<Response> => {
  const { status, body, content, etag } = answer;
  const headers = { ...answer.headers, ...(etag !== undefined && { etag }) };
  if (etag !== undefined && isNotModified(request, etag)) return { status: 304, headers };
  if (content) {
    return {
      status,
      headers: { ...headers, "content-type": content.mediaType },
      body: await content.read(),
    };
  }
  return { status, headers, ...(body !== undefined && { jsonBody: body }) };
};

/** What a caller may see is nobody else's unless the answer says so. */
const DEFAULT_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

interface Work {
  readonly operation: string;
  readonly work: () => Promise<Answer>;
  /** Of a route that asks who is calling. */
  readonly authorizationUri?: string;
}

interface Answered {
  readonly response: Response;
  readonly error?: unknown;
}

const attempt = async (
  request: HttpRequest,
  { work, authorizationUri = "" }: Work,
): Promise<Answered> => {
  try {
    checkUrlLength(request);
    return { response: await toResponse(request, await work()) };
  } catch (error) {
    const problem = toProblem(error);
    const headers = { ...problem.headers, ...challengeOf(error, authorizationUri) };
    return { response: { ...problem, headers }, error };
  }
};

const REPORTED_FROM_STATUS = 500;

interface Told {
  readonly operation: string;
  readonly method: string;
  readonly requestId: string;
  readonly elapsedMs: number;
}

/** What span and metrics keep of an answer. A failure that is the caller's does not fail the span. */
const tell = ({ response, error }: Answered, { operation, method, ...told }: Told): void => {
  const { status } = response;
  const code = error === undefined ? undefined : errorCode(error);
  const about = {
    operation,
    "http.request.method": method,
    "http.response.status_code": status,
    "error.type": code,
  };
  const running = currentSpan();
  // Names of the specification for HTTP would make an outgoing call of it in Application Insights.
  running.set({ operation, status, "error.code": code, "request.id": told.requestId });
  if (status >= REPORTED_FROM_STATUS) running.fail(code ?? String(status));
  record("http.server.request.duration", told.elapsedMs / 1000, about);
  const reason = refusalReason(error);
  if (reason !== undefined) record("stockroom.token.refusals", 1, { reason });
};

/**
 * Answers a request and logs one line about it. Never throws: the Functions host turns a thrown error
 * into an empty 500, and the error contract holds for every answer. A failure that is not the caller's
 * is logged as an error with its stack instead, under the invocation's id.
 */
export const answer = async (
  request: HttpRequest,
  context: InvocationContext,
  work: Work,
): Promise<HttpResponseInit> => {
  const startedMs = performance.now();
  const ids = requestIds(request, context);
  const answered = await withFields({ ...ids }, () => attempt(request, work));
  const { response, error } = answered;
  const { operation } = work;
  const { status } = response;
  const elapsedMs = performance.now() - startedMs;
  tell(answered, { operation, method: request.method, requestId: ids.requestId, elapsedMs });
  const fields = {
    ...ids,
    operation,
    method: request.method,
    status,
    elapsedMs: Math.round(elapsedMs),
  };
  if (status >= REPORTED_FROM_STATUS) {
    logFailure(context, "request failed", { ...fields, error });
  } else {
    const code = error instanceof AppError ? { code: error.code } : {};
    logLine(context, "request answered", { ...fields, ...code });
  }
  return {
    ...response,
    headers: { ...DEFAULT_HEADERS, ...response.headers, ...requestIdHeaders(ids) },
  };
};

/** A declared route as the Functions host registers it. A GET answers HEAD too; the host drops the body. */
export const httpFunction = (route: HttpRoute, edge: Edge): HttpFunctionOptions => ({
  methods: route.method === "GET" ? ["GET", "HEAD"] : [route.method],
  route: route.path,
  authLevel: "anonymous",
  handler: (request, context) =>
    answer(request, context, {
      operation: route.operation,
      authorizationUri: edge.authorizationUri,
      work: () => route.respond(request, context, edge),
    }),
});
