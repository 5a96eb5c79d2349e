/** What requests are answered from. */
import type { QueryThreads } from "../queries/query-threads.ts";
import type { Store } from "../store/store.ts";

export interface Context {
  readonly store: Store;
  readonly threads: QueryThreads;
  readonly nowMs: () => number;
}
