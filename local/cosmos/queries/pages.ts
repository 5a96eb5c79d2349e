/** Pages, put together from rows that are JSON text already. */
import type { TaskResult } from "./tasks.ts";

/** Most that one page holds, whatever number of rows was asked for. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

const encoder = new TextEncoder();

export interface PageParts {
  readonly rid: string;
  /** Kind of the resources: `Documents`, `Databases`, … */
  readonly name: string;
  readonly rows: readonly string[];
}

const pageBody = ({ rid, name, rows }: PageParts): Uint8Array<ArrayBuffer> =>
  encoder.encode(
    `{"_rid":${JSON.stringify(rid)},"${name}":[${rows.join(",")}],"_count":${rows.length}}`,
  );

export const pageResult = (
  parts: PageParts,
  rest: Partial<Omit<TaskResult, "body" | "rows">>,
): TaskResult => ({
  body: pageBody(parts),
  rows: parts.rows.length,
  scanned: parts.rows.length,
  token: undefined,
  shortToken: undefined,
  position: undefined,
  betterIndex: undefined,
  ordered: false,
  ...rest,
});
