/**
 * Reads objects from outside key by key, and gathers all that is wrong with them, each with its place. It is here
 * because a schema library takes longer to load than the broker takes to start.
 */

type Values = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === "string";

const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

const isFlag = (value: unknown): value is boolean => typeof value === "boolean";

const isNumberOrNull = (value: unknown): value is number | null =>
  value === null || typeof value === "number";

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

interface Wanted<T> {
  readonly is: (value: unknown) => value is T;
  readonly expected: string;
  /** Taken for what is missing; needed unless `isRequired`. */
  readonly otherwise: T;
  readonly isRequired?: boolean;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export class Fields {
  readonly #place: string;
  readonly #values: Values;
  readonly #problems: string[];
  readonly #unread: Set<string>;

  /** @param problems to which is added what is wrong here. */
  constructor(value: unknown, problems: string[], place = "") {
    this.#place = place;
    this.#problems = problems;
    this.#values = isValues(value) ? value : {};
    this.#unread = new Set(Object.keys(this.#values));
    if (!isValues(value)) problems.push(`${place || "The whole"}: expected an object`);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  text(name: string): string {
    return this.#read(name, { is: isText, expected: "a text", otherwise: "", isRequired: true });
  }

  optionalText(name: string): string | null {
    return this.#read<string | null>(name, {
      is: isTextOrNull,
      expected: "a text",
      otherwise: null,
    });
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.#read(name, { is: isFlag, expected: "true or false", otherwise });
  }

  /** A whole number. */
  count(name: string, otherwise: number, { min, max }: Range): number {
    const is = (value: unknown): value is number =>
      typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
    return this.#read(name, { is, expected: `a whole number from ${min} to ${max}`, otherwise });
  }

  /** A number that must be there, or null. */
  numberOrNull(name: string): number | null {
    return this.#read<number | null>(name, {
      is: isNumberOrNull,
      expected: "a number or null",
      otherwise: null,
      isRequired: true,
    });
  }

  /** One of some texts; the first of them when it is something else, which is a problem. */
  choice<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const is = (value: unknown): value is T => choices.some((choice) => choice === value);
    const expected = choices.map((choice) => `"${choice}"`).join(" or ");
    return this.#read(name, { is, expected, otherwise: choices[0], isRequired: true });
  }

  /** An object; empty when it is left out. */
  object(name: string): Fields {
    const value = this.#take(name);
    return new Fields(value === undefined ? {} : value, this.#problems, this.#at(name));
  }

  /** Objects; none when they are left out. */
  objects(name: string): readonly Fields[] {
    return this.list(name).map(
      (value, index) => new Fields(value, this.#problems, `${this.#at(name)}.${index}`),
    );
  }

  list(name: string): readonly unknown[] {
    return this.#read(name, { is: isArray, expected: "a list", otherwise: [] });
  }

  /** All keys, with their values if they are of the right kind. */
  entries<T>(is: (value: unknown) => value is T, expected: string): readonly [string, T][] {
    return Object.entries(this.#values).flatMap(([name, value]): [string, T][] => {
      this.#unread.delete(name);
      if (is(value)) return [[name, value]];
      this.problem(name, `expected ${expected}`);
      return [];
    });
  }

  problem(name: string, text: string): void {
    this.#problems.push(`${this.#at(name)}: ${text}`);
  }

  /** To be called when all that may be there has been read. */
  end(): void {
    for (const name of this.#unread) this.problem(name, "there is no such key");
  }

  #at(name: string): string {
    return this.#place === "" ? name : `${this.#place}.${name}`;
  }

  #take(name: string): unknown {
    this.#unread.delete(name);
    return this.has(name) ? this.#values[name] : undefined;
  }

  #read<T>(name: string, { is, expected, otherwise, isRequired = false }: Wanted<T>): T {
    const value = this.#take(name);
    if (value === undefined && !isRequired) return otherwise;
    if (is(value)) return value;
    this.problem(name, `expected ${expected}`);
    return otherwise;
  }
}

/**
 * Reads a value with all its fields.
 *
 * @param what it is, for the error.
 * @throws {Error} that names the place of everything that is wrong.
 */
export const readFields = <T>(what: string, value: unknown, read: (fields: Fields) => T): T => {
  const problems: string[] = [];
  const result = read(new Fields(value, problems));
  if (problems.length === 0) return result;
  throw new Error(`Invalid ${what}:\n  ${problems.join("\n  ")}`);
};
