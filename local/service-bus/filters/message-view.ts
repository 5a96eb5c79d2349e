import { applicationPropertiesOf, propertiesOf } from "../codec/bare-message.ts";
import { PROPERTY } from "../codec/sections.ts";
import { type AmqpValue, Uuid } from "../codec/values.ts";

/** What a filter can look at; null is unknown. */
export type FilterValue = string | number | bigint | boolean | Date | null;

export type SystemField = keyof typeof PROPERTY;

const filterValue = (value: AmqpValue | undefined): FilterValue => {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value;
  if (value instanceof Uuid) return value.bytes.toString("hex");
  return typeof value === "object" ? null : value;
};

/** A message as rules see it. Decoded when first looked at: most rules match everything. */
export class MessageView {
  readonly #rest: Buffer;
  #properties: readonly AmqpValue[] | undefined;
  #custom: ReadonlyMap<string, AmqpValue> | undefined;
  #lowerCase: ReadonlyMap<string, AmqpValue> | undefined;

  constructor(rest: Buffer) {
    this.#rest = rest;
  }

  system(field: SystemField): FilterValue {
    this.#properties ??= propertiesOf(this.#rest);
    return filterValue(this.#properties[PROPERTY[field]]);
  }

  /** An application property by its exact name. */
  custom(name: string): FilterValue {
    this.#custom ??= applicationPropertiesOf(this.#rest);
    return filterValue(this.#custom.get(name));
  }

  /** @param name in lower case. */
  customIgnoringCase(name: string): FilterValue {
    this.#custom ??= applicationPropertiesOf(this.#rest);
    this.#lowerCase ??= new Map(
      [...this.#custom].map(([key, value]) => [key.toLowerCase(), value]),
    );
    return filterValue(this.#lowerCase.get(name));
  }
}
