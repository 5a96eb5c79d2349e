/** The syntax tree. Chains of one precedence are flat lists, so depth is bounded by the nesting of the text. */

import type { Place } from "./error.ts";
import type { Value } from "./json.ts";

export type UnaryOperator = "-" | "+" | "~" | "NOT";
export type BinaryOperator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "|"
  | "^"
  | "&"
  | "<<"
  | ">>"
  | ">>>"
  | "||"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

export interface Operand {
  readonly operator: BinaryOperator;
  readonly right: Expression;
}

export interface ObjectMember {
  readonly name: string;
  readonly value: Expression;
}

/** What a query in parentheses stands for: its one row, whether it has any, its rows, all true, the first, the last. */
export type SubqueryForm = "scalar" | "exists" | "array" | "all" | "first" | "last";

export type Expression = Place &
  (
    | { readonly kind: "literal"; readonly value: Value }
    | { readonly kind: "parameter"; readonly name: string }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "member"; readonly of: Expression; readonly keys: readonly Expression[] }
    | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly of: Expression }
    | { readonly kind: "binary"; readonly first: Expression; readonly rest: readonly Operand[] }
    | {
        readonly kind: "logic";
        readonly operator: "AND" | "OR" | "??";
        readonly operands: readonly Expression[];
      }
    | {
        readonly kind: "conditional";
        readonly test: Expression;
        readonly yes: Expression;
        readonly no: Expression;
      }
    | { readonly kind: "in"; readonly needle: Expression; readonly members: readonly Expression[] }
    | {
        readonly kind: "between";
        readonly of: Expression;
        readonly low: Expression;
        readonly high: Expression;
      }
    | {
        readonly kind: "like";
        readonly of: Expression;
        readonly pattern: Expression;
        readonly escape: string | undefined;
      }
    | { readonly kind: "array"; readonly items: readonly Expression[] }
    | { readonly kind: "object"; readonly members: readonly ObjectMember[] }
    | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] }
    | { readonly kind: "subquery"; readonly form: SubqueryForm; readonly query: Query }
  );

export type ExpressionOf<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

export interface SelectItem {
  readonly value: Expression;
  readonly alias: string | undefined;
}

export type Selection =
  | { readonly kind: "star" }
  | { readonly kind: "value"; readonly value: Expression }
  | { readonly kind: "list"; readonly items: readonly SelectItem[] };

/** Where a source's values come from: a name with a path below it, or the rows of a query. */
export type Collection = Place &
  (
    | { readonly kind: "path"; readonly name: string; readonly keys: readonly (string | number)[] }
    | { readonly kind: "query"; readonly query: Query }
  );

export interface Source {
  /** Undefined when none is given and none follows from the path. */
  readonly alias: string | undefined;
  /** `alias IN …`: one row per member. */
  readonly iterates: boolean;
  readonly collection: Collection;
}

export interface OrderItem {
  readonly value: Expression;
  readonly descending: boolean;
}

export interface Query extends Place {
  readonly distinct: boolean;
  readonly top: Expression | undefined;
  readonly selection: Selection;
  readonly from: readonly Source[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly offset: Expression | undefined;
  readonly limit: Expression | undefined;
}
