/** Queries and conditions, compiled once for each text. */
import { badRequest, CosmosError } from "../errors.ts";
import { parseJson, type Json } from "../json.ts";
import { QueryTimeoutError, SqlError } from "../sql/error.ts";
import { compileCondition, compileQuery, type CompiledQuery } from "../sql/query.ts";

const MAX_KEPT = 500;

/** The service has two forms: with a code and a place, or the bare reason. */
const detailsOf = ({ code, message, start, end }: SqlError): object => {
  if (code === undefined) return { Errors: [message] };
  const location = start === undefined ? {} : { location: { start, end: end ?? start } };
  return { errors: [{ severity: "Error", ...location, code, message }] };
};

/** A failure of the query's text or data, as the service words it; any other passes unchanged. */
export const asCosmosError = (error: unknown): unknown => {
  if (error instanceof QueryTimeoutError) {
    return new CosmosError(408, "The query took longer than it may.", { cause: error });
  }
  if (!(error instanceof SqlError)) return error;
  return badRequest(`Message: ${JSON.stringify(detailsOf(error))}`, { cause: error });
};

const asked = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw asCosmosError(error);
  }
};

/** Keeps what was made for the texts that were asked for last. */
class Recent<T> {
  readonly #make: (text: string) => T;
  readonly #kept = new Map<string, T>();

  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  get(text: string): T {
    const known = this.#kept.get(text);
    const value = known ?? asked(() => this.#make(text));
    if (known) this.#kept.delete(text);
    this.#kept.set(text, value);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return value;
  }
}

export class CompiledQueries {
  readonly #recent = new Recent(compileQuery);

  /** @throws {CosmosError} 400 with the place of the mistake. */
  get(text: string): CompiledQuery {
    return this.#recent.get(text);
  }
}

/** Conditions of patches: the tail of a query over one document, "from c where …". */
export class Conditions {
  readonly #recent = new Recent<{ matches(document: Json): boolean }>(compileCondition);

  /** @throws {CosmosError} 400 when the condition is no query's tail. */
  readonly matches = (condition: string, document: string): boolean => {
    const compiled = this.#recent.get(condition);
    return asked(() => compiled.matches(parseJson(document)));
  };
}
