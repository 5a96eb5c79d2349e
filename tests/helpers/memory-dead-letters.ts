import type {
  DeadLetter,
  DeadLetterPage,
  DeadLetters,
} from "../../src/domain/jobs/dead-letters.ts";

/** A message as a test puts it among the dead letters. */
export interface PutDeadLetter {
  readonly body: string;
  readonly source?: "jobs" | "events";
  readonly reason?: string;
  readonly description?: string;
  readonly messageId?: string;
}

export class MemoryDeadLetters implements DeadLetters {
  readonly #letters = new Map<
    number,
    DeadLetter & { readonly place: string; readonly body: string }
  >();
  readonly #sent: { readonly place: string; readonly body: string }[] = [];
  #last = 0;

  put({ body, source = "jobs", ...rest }: PutDeadLetter): void {
    this.#last += 1;
    this.#letters.set(this.#last, {
      sequenceNumber: String(this.#last),
      enqueuedAt: "2026-11-25T12:00:00.000Z",
      deliveryCount: 0,
      bodyPreview: body.slice(0, 1024),
      place: source,
      body,
      ...rest,
    });
  }

  /** What was replayed, and to where. */
  get sent(): readonly { readonly place: string; readonly body: string }[] {
    return this.#sent;
  }

  list = async (query: { from?: string | undefined; limit: number }): Promise<DeadLetterPage> => {
    const rest = [...this.#letters.values()].filter(
      ({ sequenceNumber }) => Number(sequenceNumber) >= Number(query.from ?? 0),
    );
    const next = rest[query.limit]?.sequenceNumber;
    const deadLetters = rest
      .slice(0, query.limit)
      .map(({ place: _place, body: _body, ...letter }) => letter);
    return { deadLetters, ...(next !== undefined && { next }) };
  };

  replay = async (sequenceNumber: string): Promise<boolean> => {
    const letter = this.#letters.get(Number(sequenceNumber));
    if (letter) this.#sent.push({ place: letter.place, body: letter.body });
    return this.discard(sequenceNumber);
  };

  discard = async (sequenceNumber: string): Promise<boolean> =>
    this.#letters.delete(Number(sequenceNumber));
}
