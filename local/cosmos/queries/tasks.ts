/** What the serving thread asks of a query thread, and what comes back. Plain data: it is copied between them. */
import type { ErrorStatus } from "../errors.ts";
import type { Json } from "../json.ts";
import type { OrderKey } from "../store/order-key.ts";
import type { QueryPolicy } from "../store/index-specs.ts";
import type { Scope } from "../store/scope.ts";

export interface QueryText {
  readonly query: string;
  readonly parameters: readonly (readonly [name: string, value: Json])[];
}

interface PageRequest {
  /** Resource id of what the page belongs to. */
  readonly rid: string;
  readonly maxRows: number;
  readonly token: string | undefined;
}

export type Task =
  | (PageRequest & {
      readonly kind: "query";
      readonly scope: Scope;
      readonly text: QueryText;
      readonly policy: QueryPolicy;
      readonly nowMs: number;
    })
  /** A query over resources that are no documents: databases, containers, offers. */
  | (PageRequest & {
      readonly kind: "list";
      readonly name: string;
      readonly resources: readonly string[];
      readonly text: QueryText;
      readonly nowMs: number;
    })
  /** Whether a query compiles. */
  | { readonly kind: "check"; readonly text: QueryText }
  /** All documents of the scope, without a query. */
  | (PageRequest & { readonly kind: "feed"; readonly scope: Scope })
  | {
      readonly kind: "changes";
      readonly rid: string;
      readonly maxRows: number;
      readonly scope: Scope;
      readonly after: number;
      readonly sinceSeconds: number | undefined;
    };

export interface TaskResult {
  /** JSON of the page, as it is sent. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly rows: number;
  readonly scanned: number;
  /** Continuation of the next page. */
  readonly token: string | undefined;
  /** As `token`, for when that is too long to travel: it leaves the sort values to be read from the document again. */
  readonly shortToken: string | undefined;
  /** Of the change feed: where it has come to. */
  readonly position: number | undefined;
  /** Index that would have served the query better. */
  readonly betterIndex: readonly OrderKey[] | undefined;
  readonly ordered: boolean;
}

export interface TaskFailure {
  readonly status: ErrorStatus;
  readonly message: string;
  readonly substatus: number | undefined;
}

export type Outcome =
  | { readonly kind: "done"; readonly result: TaskResult }
  | { readonly kind: "failed"; readonly failure: TaskFailure }
  /** Nobody foresaw it. */
  | { readonly kind: "broken"; readonly error: unknown };
