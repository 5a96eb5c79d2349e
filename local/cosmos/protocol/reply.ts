/** What a request is answered with, before it becomes bytes. */
import type { Json } from "../json.ts";

export interface Reply {
  readonly status: number;
  /** JSON text, or the bytes of it. Absent: no body. */
  readonly body?: string | Uint8Array;
  /**
   * Memory of the body when it came from another thread. It is given back once it was sent: left to the collector,
   * which does not see its size, a hundred pages would wait.
   */
  readonly memory?: ArrayBuffer;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Estimated request units. */
  readonly charge?: number;
}

export const jsonReply = (
  status: number,
  body: Json,
  rest: Omit<Reply, "status" | "body"> = {},
): Reply => ({
  status,
  body: JSON.stringify(body),
  ...rest,
});

/** A list of resources. `name` says which kind: `Databases`, `Documents`, … */
export const feedReply = (rid: string, name: string, resources: readonly Json[]): Reply => ({
  status: 200,
  body: JSON.stringify({ _rid: rid, [name]: resources, _count: resources.length }),
  headers: { "x-ms-item-count": resources.length },
  charge: 1,
});
