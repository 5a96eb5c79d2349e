import type { Container, OperationInput, PatchRequestBody } from "@azure/cosmos";
import * as z from "zod";

import { callingOr, toAppError } from "./cosmos-errors.ts";
import { ifMatch } from "./if-match.ts";

interface Patch {
  readonly operationType: "Patch";
  readonly id: string;
  readonly partitionKey: string;
  readonly resourceBody: PatchRequestBody;
}

interface Replacement {
  readonly operationType: "Replace";
  readonly id: string;
  readonly partitionKey: string;
  readonly resourceBody: Record<string, unknown> & { readonly id: string };
  readonly ifMatch: string;
}

/** One write of a document whose id is its partition key. */
type Write = Patch | Replacement;

/** What the database says to a write whose condition does not hold; anything else is a failure. */
const REFUSALS = [404, 412] as const;
type Refusal = (typeof REFUSALS)[number];

export interface Written {
  readonly document: unknown;
}

interface Waiting {
  readonly write: Write;
  readonly settle: (outcome: Promise<Written | Refusal>) => void;
}

/** As many as the database takes in one request. */
const MOST = 100;

const resultSchema = z.object({ statusCode: z.int(), resourceBody: z.unknown().optional() });
const failureSchema = z.object({ cause: z.object({ code: z.unknown() }) });

const THROTTLED = 429;

/**
 * Writes to single documents, each with its own condition and its own outcome. Those that are asked for in
 * the same turn of the event loop go together in one request for each partition: for the many jobs of a
 * batch this is a fraction of the time and of the work. One alone goes as it always did.
 */
export class JointWrites {
  readonly #open: () => Promise<Container>;
  #waiting: Waiting[] = [];

  constructor(open: () => Promise<Container>) {
    this.#open = open;
  }

  /** @returns 404 or 412 when it was refused. @throws {AppError} as every call of the database. */
  write(write: Write): Promise<Written | Refusal> {
    const { promise, resolve } = Promise.withResolvers<Written | Refusal>();
    if (this.#waiting.push({ write, settle: resolve }) === 1) setImmediate(() => this.#go());
    return promise;
  }

  #go(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; from += MOST) {
      const some = all.slice(from, from + MOST);
      const [first] = some;
      if (some.length === 1 && first) first.settle(this.#alone(first.write));
      else this.#together(some);
    }
  }

  async #alone(write: Write): Promise<Written | Refusal> {
    const { id } = write;
    const answer = await callingOr(REFUSALS, this.#open, (container) =>
      write.operationType === "Patch"
        ? container.item(id, id).patch(write.resourceBody)
        : container.item(id, id).replace(write.resourceBody, ifMatch(write.ifMatch)),
    );
    return typeof answer === "number" ? answer : { document: answer.resource };
  }

  #together(some: readonly Waiting[]): void {
    const results = this.#bulk(some.map(({ write }) => write));
    for (const [index, { write, settle }] of some.entries())
      settle(results.then((answers) => this.#outcomeOf(write, answers[index])));
  }

  async #bulk(writes: Write[]): Promise<readonly unknown[]> {
    try {
      const container = await this.#open();
      // Documents are JSON; the client's type for it takes no field that may be undefined.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const operations = writes as OperationInput[];
      // What replaces it collects for a second before it sends anything.
      // oxlint-disable-next-line typescript/no-deprecated
      return await container.items.bulk(operations);
    } catch (error) {
      const cause = failureSchema.safeParse(error).data?.cause;
      // The client tries a single write again when it is throttled, and a request for several never.
      if (cause?.code === THROTTLED) return writes.map(() => ({ statusCode: THROTTLED }));
      throw toAppError(cause ?? error);
    }
  }

  #outcomeOf(write: Write, result: unknown): Promise<Written | Refusal> | Written | Refusal {
    const { statusCode, resourceBody } = resultSchema.parse(result);
    if (statusCode === 200) return { document: resourceBody };
    // Throttled: nothing was done, and the client knows how long to wait for a single one.
    if (statusCode === THROTTLED) return this.#alone(write);
    const refusal = REFUSALS.find((status) => status === statusCode);
    if (refusal !== undefined) return refusal;
    throw toAppError(Object.assign(new Error("A write failed."), { code: statusCode }));
  }
}
