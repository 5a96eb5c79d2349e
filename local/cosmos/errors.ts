/** Failures as the service answers them: a status, a code, sometimes a substatus, always a message. */

/** A number per HTTP status that this server answers an error with. */
const CODES = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  408: "RequestTimeout",
  409: "Conflict",
  410: "Gone",
  412: "PreconditionFailed",
  413: "RequestEntityTooLarge",
  429: "TooManyRequests",
  449: "RetryWith",
  500: "InternalServerError",
  501: "NotImplemented",
  503: "ServiceUnavailable",
} as const;

export type ErrorStatus = keyof typeof CODES;

/** Substatuses that clients act on. */
export const SUBSTATUS = {
  /** The key in the header is not the key in the document: .NET reads the container again. */
  keyMismatch: 1001,
  /** The container or database of an item operation is absent. */
  ownerAbsent: 1003,
  /** Too many requests. */
  throttled: 3200,
} as const;

export interface ErrorDetails {
  readonly substatus?: number | undefined;
  /** When to try again. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

export class CosmosError extends Error {
  readonly status: ErrorStatus;
  readonly substatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(status: ErrorStatus, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.status = status;
    this.substatus = details.substatus;
    this.retryAfterMs = details.retryAfterMs;
  }

  get code(): string {
    return CODES[this.status];
  }
}

export const isErrorStatus = (status: number): status is ErrorStatus =>
  Object.hasOwn(CODES, status);

export const badRequest = (message: string, details?: ErrorDetails): CosmosError =>
  new CosmosError(400, message, details);

export const notFound = (): CosmosError =>
  new CosmosError(404, "Entity with the specified id does not exist in the system.");

/** An item operation whose database or container does not exist. */
export const ownerNotFound = (): CosmosError =>
  new CosmosError(404, "Owner resource does not exist", { substatus: SUBSTATUS.ownerAbsent });

export const conflict = (
  message = "Entity with the specified id already exists in the system.",
): CosmosError => new CosmosError(409, message);

export const preconditionFailed = (): CosmosError =>
  new CosmosError(
    412,
    "Operation cannot be performed because one of the specified precondition is not met",
  );

export const tooLarge = (): CosmosError => new CosmosError(413, "Request size is too large");
