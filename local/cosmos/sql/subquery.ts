/** What a query in parentheses stands for as a value. */

import type { SubqueryForm } from "./ast.ts";
import { SqlError } from "./error.ts";
import type { Json, Value } from "./json.ts";
import type { Evaluate, Rows } from "./scope.ts";

const scalar =
  (rows: Rows): Evaluate =>
  (frame) => {
    let result: Value;
    rows(frame, (row) => {
      if (result !== undefined) {
        throw new SqlError(
          "The cardinality of a scalar subquery result set cannot be greater than one.",
        );
      }
      result = row;
      return false;
    });
    return result;
  };

const array =
  (rows: Rows): Evaluate =>
  (frame) => {
    const result: Json[] = [];
    rows(frame, (row) => {
      frame.meter.make(result.push(row));
      return false;
    });
    return result;
  };

const MAKE: Readonly<Record<SubqueryForm, (rows: Rows) => Evaluate>> = {
  scalar,
  array,
  exists: (rows) => (frame) => rows(frame, () => true),
  all: (rows) => (frame) => !rows(frame, (row) => row !== true),
  first: (rows) => (frame) => {
    let result: Value;
    rows(frame, (row) => {
      result = row;
      return true;
    });
    return result;
  },
  last: (rows) => (frame) => {
    let result: Value;
    rows(frame, (row) => {
      result = row;
      return false;
    });
    return result;
  },
};

export const compileSubquery = (form: SubqueryForm, rows: Rows): Evaluate => MAKE[form](rows);
