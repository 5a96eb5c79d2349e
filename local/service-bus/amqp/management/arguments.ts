/** The body of a management request, read with the types each operation takes. */
import { skipValue } from "../../codec/scan.ts";
import { entriesAt } from "../../codec/sections.ts";
import { type AmqpMap, type AmqpValue, Encoded, isList, isMap, Uuid } from "../../codec/values.ts";
import { NULL } from "../../codec/write.ts";
import { BrokerError } from "../../engine/errors.ts";

/** An array of one element may arrive as the element alone. */
const listOf = (value: AmqpValue | undefined): readonly AmqpValue[] => {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
};

export class Arguments {
  readonly #values: AmqpMap;
  readonly #encoded: Buffer;

  /** @param encoded the body as it came. */
  constructor(body: AmqpValue | undefined, encoded: Buffer = NULL) {
    this.#values = isMap(body) ? body : new Map();
    this.#encoded = isMap(body) ? encoded : NULL;
  }

  text(name: string): string {
    return this.#need(name, this.optionalText(name));
  }

  optionalText(name: string): string | null {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : null;
  }

  number(name: string): number {
    const value = this.#values.get(name);
    return this.#need(name, typeof value === "number" ? value : null);
  }

  optionalNumber(name: string, otherwise: number): number {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : otherwise;
  }

  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  optionalBytes(name: string): Buffer | null {
    const value = this.#values.get(name);
    return Buffer.isBuffer(value) ? value : null;
  }

  bytes(name: string): Buffer {
    return this.#need(name, this.optionalBytes(name));
  }

  numbers(name: string): readonly number[] {
    return listOf(this.#values.get(name)).map((value) =>
      this.#need(name, typeof value === "number" ? value : null),
    );
  }

  uuids(name: string): readonly Buffer[] {
    return listOf(this.#values.get(name)).map((value) =>
      this.#need(name, value instanceof Uuid ? value.bytes : null),
    );
  }

  /** A map in the body; null when it is not there. */
  map(name: string): Arguments | null {
    const value = this.#values.get(name);
    return isMap(value) ? new Arguments(value) : null;
  }

  /** The entries of a map in the body of the request, as they came; none when it is not there. */
  encodedEntries(name: string): ReadonlyMap<string, Encoded> {
    const entries = new Map<string, Encoded>();
    for (const { key, value, valueAt } of entriesAt(this.#encoded, 0)) {
      if (key !== name || !isMap(value)) continue;
      for (const entry of entriesAt(this.#encoded, valueAt)) {
        const end = skipValue(this.#encoded, entry.valueAt);
        entries.set(entry.key, new Encoded(this.#encoded.subarray(entry.valueAt, end)));
      }
    }
    return entries;
  }

  maps(name: string): readonly Arguments[] {
    return listOf(this.#values.get(name)).map((value) => new Arguments(value));
  }

  /** The entries whose key is a text. */
  get entries(): ReadonlyMap<string, AmqpValue> {
    return new Map(
      [...this.#values].flatMap(([key, value]) => (typeof key === "string" ? [[key, value]] : [])),
    );
  }

  #need<T>(name: string, value: T | null): T {
    if (value !== null) return value;
    throw new BrokerError(
      "com.microsoft:argument-error",
      `The request lacks "${name}", or it is of another type.`,
    );
  }
}
