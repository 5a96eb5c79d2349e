import { AppError, type ErrorCode } from "../../domain/errors.ts";

const STATUS: Record<ErrorCode, number> = {
  // Of attempts at jobs alone; no request is answered with it.
  "attempt-timed-out": 503,
  "authentication-required": 401,
  "body-too-large": 413,
  "call-address-refused": 422,
  "call-put-off": 502,
  "call-redirect-refused": 502,
  "call-rejected": 502,
  "call-unanswered": 504,
  "call-unsigned": 503,
  "call-url-refused": 422,
  "dead-letter-not-found": 404,
  "email-in-use": 409,
  "image-not-found": 404,
  "image-not-ready": 404,
  "insufficient-role": 403,
  "insufficient-scope": 403,
  "invalid-body": 400,
  "invalid-continuation-token": 400,
  "invalid-header": 400,
  "invalid-image-name": 400,
  "invalid-input": 400,
  "invalid-parameter": 400,
  "invalid-token": 401,
  "job-ended": 409,
  "job-id-in-use": 400,
  "job-not-ended": 409,
  "job-not-found": 404,
  "length-required": 411,
  "mail-refused": 502,
  "method-not-allowed": 405,
  "not-acceptable": 406,
  "person-required": 403,
  "precondition-failed": 412,
  "precondition-required": 428,
  "product-not-found": 404,
  "repeatability-id-reused": 400,
  "repeatability-window-passed": 412,
  "report-day-not-over": 409,
  "report-not-found": 404,
  "resource-not-found": 404,
  "sku-in-use": 409,
  "thumbnail-width-not-offered": 404,
  "too-many-images": 409,
  "too-many-requests": 429,
  unavailable: 503,
  "unsupported-api-version-value": 400,
  "unsupported-media-type": 415,
  "uri-too-long": 414,
  "user-not-found": 404,
  "user-without-email": 409,
};

/** How long a client should wait before it tries again, in seconds. */
const RETRY_AFTER_SECONDS = "1";

/** The API's form of a code: `sku-in-use` is `SkuInUse`. */
export const publicCode = (code: string): string =>
  code.replace(/(?:^|-)(?<letter>[a-z])/gu, (_, letter: string) => letter.toUpperCase());

export interface Problem {
  readonly status: number;
  readonly jsonBody: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The error body of the API, and the header that repeats its code. An error that is not the
 * application's own keeps its text out of the answer.
 */
export const toProblem = (error: unknown): Problem => {
  if (!(error instanceof AppError)) {
    return {
      status: 500,
      headers: { "x-ms-error-code": "InternalServerError" },
      jsonBody: {
        error: {
          code: "InternalServerError",
          message: "Something went wrong. The request id finds it in the logs.",
        },
      },
    };
  }
  const code = publicCode(error.code);
  return {
    status: STATUS[error.code],
    headers: {
      "x-ms-error-code": code,
      ...(error.retryable && { "retry-after": RETRY_AFTER_SECONDS }),
      ...(error.target?.startsWith("repeatability-") && { "repeatability-result": "rejected" }),
    },
    jsonBody: {
      error: {
        code,
        message: error.message,
        ...(error.target !== undefined && { target: error.target }),
        ...(error.details.length > 0 && { details: error.details }),
      },
    },
  };
};
