/** Queries as plain trees, with no relation to the engine's own: what the generator makes, the printer prints and the plain evaluator evaluates. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Value = Json | undefined;

export type Tree =
  | { is: "constant"; value: Value }
  | { is: "parameter"; name: string }
  | { is: "path"; alias: string; keys: (string | number)[] }
  | { is: "unary"; operator: "-" | "+" | "~" | "NOT"; of: Tree }
  | { is: "binary"; operator: string; left: Tree; right: Tree }
  | { is: "choice"; test: Tree; yes: Tree; no: Tree }
  | { is: "in"; negated: boolean; of: Tree; among: Tree[] }
  | { is: "between"; negated: boolean; of: Tree; low: Tree; high: Tree }
  | { is: "like"; negated: boolean; of: Tree; pattern: string; escape?: string }
  | { is: "array"; items: Tree[] }
  | { is: "object"; members: [string, Tree][] }
  | { is: "call"; name: string; operands: Tree[] }
  | { is: "exists" | "rows" | "row"; query: PlainQuery };

export interface PlainSource {
  alias: string;
  /** Undefined: the container. */
  of?: { alias: string; keys: string[] };
}

export interface PlainQuery {
  distinct?: boolean;
  top?: number;
  /** One tree without a name is SELECT VALUE. */
  select: "*" | Tree | [string | undefined, Tree][];
  from: PlainSource[];
  where?: Tree;
  groupBy?: Tree[];
  orderBy?: { keys: string[]; descending: boolean }[];
  offset?: number;
  limit?: number;
}
