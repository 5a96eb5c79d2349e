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
} as const;

export class CosmosError extends Error {
  readonly status: ErrorStatus;
  readonly substatus: number | undefined;

  constructor(status: ErrorStatus, message: string, substatus?: number) {
    super(message);
    this.status = status;
    this.substatus = substatus;
  }

  get code(): string {
    return CODES[this.status];
  }
}

export const badRequest = (message: string, substatus?: number): CosmosError =>
  new CosmosError(400, message, substatus);

export const notFound = (): CosmosError =>
  new CosmosError(404, "Entity with the specified id does not exist in the system.");

/** An item operation whose database or container does not exist. */
export const ownerNotFound = (): CosmosError =>
  new CosmosError(404, "Owner resource does not exist", SUBSTATUS.ownerAbsent);

export const conflict = (
  message = "Entity with the specified id already exists in the system.",
): CosmosError => new CosmosError(409, message);

export const preconditionFailed = (): CosmosError =>
  new CosmosError(
    412,
    "Operation cannot be performed because one of the specified precondition is not met",
  );

export const tooLarge = (): CosmosError => new CosmosError(413, "Request size is too large");
