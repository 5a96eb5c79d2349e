/** The values of AMQP 1.0 that a message, a request or a filter can hold. */

/** 16 bytes in network order, as AMQP writes them. */
export class Uuid {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

export class Described {
  readonly descriptor: AmqpValue;
  readonly value: AmqpValue;

  constructor(descriptor: AmqpValue, value: AmqpValue) {
    this.descriptor = descriptor;
    this.value = value;
  }
}

/** A value as it came, which keeps its exact type where it is passed on. */
export class Encoded {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

export type AmqpMap = ReadonlyMap<AmqpValue, AmqpValue>;

/** Symbols and characters are read as strings, lists and arrays as arrays, integers past 2^53 as bigint. */
export type AmqpValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Buffer
  | Uuid
  | Described
  | readonly AmqpValue[]
  | AmqpMap;

export const isList = (value: AmqpValue | undefined): value is readonly AmqpValue[] =>
  Array.isArray(value);

export const isMap = (value: AmqpValue | undefined): value is AmqpMap => value instanceof Map;

/** The bytes are not what AMQP 1.0 allows. */
export class DecodeError extends Error {}
