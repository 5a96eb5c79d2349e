/** What a query can fail with: a wrong text (or one wrong for its data), and one that took too long. */

/** Offsets into the query text, end exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * The query is refused. `message` is the bare reason; whoever answers the caller dresses it as the service does.
 * Some errors of the service carry neither a code nor a place, so both may be absent.
 */
export class SqlError extends Error {
  readonly code: string | undefined;
  readonly start: number | undefined;
  readonly end: number | undefined;

  constructor(message: string, code?: string, place?: Place) {
    super(message);
    this.name = "SqlError";
    this.code = code;
    this.start = place?.start;
    this.end = place?.end;
  }
}

/** A query that must see all of its input before its first row ran out of time. */
export class QueryTimeoutError extends Error {
  constructor() {
    super("The query took longer than it may.");
    this.name = "QueryTimeoutError";
  }
}

/** SC1001: the text does not follow the grammar. */
export const syntaxError = (near: string, place: Place): SqlError =>
  new SqlError(`Syntax error, incorrect syntax near '${near}'.`, "SC1001", place);
