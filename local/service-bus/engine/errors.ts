/** Why the broker refuses a request: the conditions of the wire, each with the status of `$management`. */
export const STATUS = {
  "amqp:not-found": 404,
  "amqp:not-allowed": 400,
  "amqp:not-implemented": 501,
  "amqp:decode-error": 400,
  "amqp:internal-error": 500,
  "amqp:invalid-field": 400,
  "amqp:unauthorized-access": 401,
  "amqp:resource-limit-exceeded": 403,
  "amqp:link:message-size-exceeded": 400,
  "com.microsoft:argument-error": 400,
  "com.microsoft:entity-already-exists": 409,
  "com.microsoft:entity-disabled": 400,
  "com.microsoft:message-lock-lost": 410,
  "com.microsoft:message-not-found": 404,
  "com.microsoft:server-busy": 503,
  "com.microsoft:session-cannot-be-locked": 409,
  "com.microsoft:session-lock-lost": 410,
  "com.microsoft:timeout": 408,
} as const;

export type Condition = keyof typeof STATUS;

export class BrokerError extends Error {
  readonly condition: Condition;

  constructor(condition: Condition, message: string) {
    super(message);
    this.condition = condition;
  }
}

export const messageLockLost = (): BrokerError =>
  new BrokerError(
    "com.microsoft:message-lock-lost",
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
  );

export const sessionLockLost = (): BrokerError =>
  new BrokerError(
    "com.microsoft:session-lock-lost",
    "The session lock has expired on the MessageSession. Accept a new MessageSession.",
  );

/** Clients find out by this very text that an entity does not exist. */
export const entityNotFound = (path: string): BrokerError =>
  new BrokerError(
    "amqp:not-found",
    `The messaging entity 'sb://127.0.0.1/${path}' could not be found.`,
  );

export const messageTooLarge = (maxBytes: number): BrokerError =>
  new BrokerError(
    "amqp:link:message-size-exceeded",
    `The message is larger than ${maxBytes} bytes.`,
  );
