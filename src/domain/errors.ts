/** Every failure the application raises on purpose. */

/** Stable, documented failure codes. Clients and alerts match on these, never on messages. */
export type ErrorCode =
  | "attempt-timed-out"
  | "authentication-required"
  | "body-too-large"
  | "call-address-refused"
  | "call-put-off"
  | "call-redirect-refused"
  | "call-rejected"
  | "call-unanswered"
  | "call-unsigned"
  | "call-url-refused"
  | "dead-letter-not-found"
  | "email-in-use"
  | "image-not-found"
  | "image-not-ready"
  | "invalid-body"
  | "invalid-continuation-token"
  | "invalid-header"
  | "invalid-image-name"
  | "invalid-input"
  | "insufficient-role"
  | "insufficient-scope"
  | "invalid-parameter"
  | "invalid-token"
  | "job-ended"
  | "job-id-in-use"
  | "job-not-ended"
  | "job-not-found"
  | "length-required"
  | "mail-refused"
  | "method-not-allowed"
  | "not-acceptable"
  | "person-required"
  | "precondition-failed"
  | "precondition-required"
  | "product-not-found"
  | "repeatability-id-reused"
  | "repeatability-window-passed"
  | "report-day-not-over"
  | "report-not-found"
  | "resource-not-found"
  | "sku-in-use"
  | "thumbnail-width-not-offered"
  | "too-many-images"
  | "too-many-requests"
  | "unavailable"
  | "unsupported-api-version-value"
  | "unsupported-media-type"
  | "uri-too-long"
  | "user-not-found"
  | "user-without-email";

/** One problem of several in an input. */
export interface ErrorDetail {
  readonly code:
    | "InvalidValue"
    | "MissingField"
    | "ReadOnlyField"
    | "UnknownField"
    | "UnknownParameter";
  /** A JSON path such as `$.price.currency`, or the name of a query parameter. */
  readonly target: string;
  readonly message: string;
}

interface AppErrorOptions extends ErrorOptions {
  readonly details?: readonly ErrorDetail[];
  /** What the error is about, when it is one thing: a parameter, a header, a JSON path. */
  readonly target?: string;
  /** The least delay before the same call is worth another try. */
  readonly retryAfterMs?: number;
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  "attempt-timed-out",
  "call-put-off",
  "call-unanswered",
  "too-many-requests",
  "unavailable",
]);

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];
  readonly target: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
    this.details = options.details ?? [];
    this.target = options.target;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** True when the same call may succeed later without any change by the caller. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** Tells whether a failure is the application's own one of this code. */
export const isAppError = (error: unknown, code: ErrorCode): error is AppError =>
  error instanceof AppError && error.code === code;
