import { setTimeout as wait } from "node:timers/promises";

import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from "@azure/service-bus";
import * as z from "zod";

import { AppError } from "../../domain/errors.ts";
import type { DeadLetter, DeadLetterPage, DeadLetters } from "../../domain/jobs/dead-letters.ts";
import { copyOf, deadLetterOf, placeToReplay } from "./dead-letter-message.ts";
import { DEAD_LETTERS } from "./entities.ts";

const FIRST_BATCH = 4;
const MAX_BATCH = 128;
const BATCH_WAIT_MS = 500;
const LOOK_AGAIN_MS = 200;

export interface DeadLetterBounds {
  /** How many messages are taken at most to get at one. Those before it are given back. */
  readonly maxTaken: number;
  /** How long is waited for what somebody else has in hand. */
  readonly patienceMs: number;
}

const BOUNDS: DeadLetterBounds = { maxTaken: 1_000, patienceMs: 10_000 };

const passingSchema = z.object({ retryable: z.literal(true) });

/** The client says of its failures whether they pass. */
const translated = (error: unknown): unknown =>
  passingSchema.safeParse(error).success && !(error instanceof AppError)
    ? new AppError("unavailable", "The message broker does not answer.", { cause: error })
    : error;

const numberOf = ({ sequenceNumber }: ServiceBusReceivedMessage): bigint =>
  BigInt(sequenceNumber?.toString() ?? -1);

/** Sequence numbers are 64 bits with a sign in the client, and never negative. */
const toLong = async (sequenceNumber: string) => {
  const { default: Long } = await import("long");
  return Long.fromString(sequenceNumber);
};

/**
 * Dead letters in the queue that they are forwarded to. A message can be read by its number, but to take it
 * one must receive what is before it too; each taking is bounded, and one at a time in a process.
 */
export class ServiceBusDeadLetters implements DeadLetters {
  readonly #client: () => Promise<ServiceBusClient>;
  readonly #bounds: DeadLetterBounds;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(client: () => Promise<ServiceBusClient>, bounds = BOUNDS) {
    this.#client = client;
    this.#bounds = bounds;
  }

  list({ from, limit }: { from?: string | undefined; limit: number }): Promise<DeadLetterPage> {
    return this.#withReceiver(async (receiver) => {
      const found: DeadLetter[] = [];
      let next = from ?? "0";
      // An answer is bounded by its bytes too, so a short one is not the last.
      while (found.length <= limit) {
        const some = await receiver.peekMessages(limit + 1 - found.length, {
          fromSequenceNumber: await toLong(next),
        });
        const last = some.at(-1);
        if (!last) return { deadLetters: found };
        found.push(...some.map(deadLetterOf));
        next = String(numberOf(last) + 1n);
      }
      const [more, ...page] = found.toReversed();
      return { deadLetters: page.toReversed(), ...(more && { next: more.sequenceNumber }) };
    });
  }

  replay(sequenceNumber: string): Promise<boolean> {
    return this.#take(sequenceNumber, async (message, receiver) => {
      const place = placeToReplay(message);
      const sender = (await this.#client()).createSender(place);
      try {
        await sender.sendMessages(copyOf(message, place));
      } finally {
        await sender.close();
      }
      await receiver.completeMessage(message);
    });
  }

  discard(sequenceNumber: string): Promise<boolean> {
    return this.#take(sequenceNumber, (message, receiver) => receiver.completeMessage(message));
  }

  #take(
    sequenceNumber: string,
    act: (message: ServiceBusReceivedMessage, receiver: ServiceBusReceiver) => Promise<void>,
  ): Promise<boolean> {
    const turn = this.#turn.then(() =>
      this.#withReceiver(async (receiver) => {
        const wanted = BigInt(sequenceNumber);
        const endMs = performance.now() + this.#bounds.patienceMs;
        while (await isThere(receiver, sequenceNumber)) {
          const message = await receive(receiver, wanted, this.#bounds);
          if (message) {
            await act(message, receiver);
            return true;
          }
          if (performance.now() > endMs)
            throw new AppError("unavailable", "Somebody else has the dead letter in hand.");
          await wait(LOOK_AGAIN_MS);
        }
        return false;
      }),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #withReceiver<T>(work: (receiver: ServiceBusReceiver) => Promise<T>): Promise<T> {
    try {
      const receiver = (await this.#client()).createReceiver(DEAD_LETTERS, {
        skipParsingBodyAsJson: true,
      });
      try {
        return await work(receiver);
      } finally {
        await receiver.close();
      }
    } catch (error) {
      throw translated(error);
    }
  }
}

const isThere = async (receiver: ServiceBusReceiver, sequenceNumber: string): Promise<boolean> => {
  const [first] = await receiver.peekMessages(1, {
    fromSequenceNumber: await toLong(sequenceNumber),
  });
  return first !== undefined && numberOf(first) === BigInt(sequenceNumber);
};

/**
 * Receives until the wanted message comes, and gives all others back.
 *
 * @returns undefined when what comes after it is there and it is not: somebody else has it.
 */
const receive = async (
  receiver: ServiceBusReceiver,
  wanted: bigint,
  { maxTaken }: DeadLetterBounds,
): Promise<ServiceBusReceivedMessage | undefined> => {
  const others: ServiceBusReceivedMessage[] = [];
  try {
    for (let size = FIRST_BATCH; ; size = Math.min(size * 2, MAX_BATCH)) {
      const batch = await receiver.receiveMessages(size, { maxWaitTimeInMs: BATCH_WAIT_MS });
      const found = batch.find((message) => numberOf(message) === wanted);
      others.push(...batch.filter((message) => message !== found));
      if (found) return found;
      if (batch.length === 0 || batch.some((message) => numberOf(message) > wanted))
        return undefined;
      if (others.length >= maxTaken)
        throw new AppError(
          "unavailable",
          `There are ${maxTaken} dead letters before it. Replay or discard those first.`,
        );
    }
  } finally {
    // One that cannot be given back comes back by itself once its lock expires.
    await Promise.allSettled(others.map((message) => receiver.abandonMessage(message)));
  }
};
