/** What is written in one transaction, in a form that passes from thread to thread without being copied. */
import type { Message } from "../engine/message.ts";
import { mostBytesOf, storedPlace, writeMessage } from "./message-bytes.ts";

/** Sequence numbers are below this one: entity and number share one integer key, in the order of both. */
export const NUMBERS_PER_ENTITY = 2 ** 40;

export const keyOf = ({ entity, sequenceNumber }: Message): number =>
  entity * NUMBERS_PER_ENTITY + sequenceNumber;

/** Key, place, delivery count and length, in front of the bytes of each message. */
export const ROW_HEAD_BYTES = 24;
export const ROW = { key: 0, place: 8, deliveryCount: 12, length: 16 } as const;

const FIRST_BYTES = 256 * 1024;
/** A buffer that has grown past this is not kept for the next transaction. */
const KEPT_BYTES = 2 * 2 ** 20;

/** One of the statements of the writer, with its values. */
export interface Statement {
  readonly name: "number" | "seen" | "forget" | "state" | "noState" | "rules";
  readonly values: readonly (string | number | Uint8Array)[];
}

export interface Changes {
  /** Messages to be added or replaced, one after the other. */
  readonly rows: Buffer;
  /** Place, delivery count and key of messages of which nothing else has changed. */
  readonly updated: readonly number[];
  readonly deleted: readonly number[];
  readonly statements: readonly Statement[];
}

/** Packs changes into a buffer that is used again. */
export class ChangePacker {
  #buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #end = 0;
  #updated: number[] = [];
  #deleted: number[] = [];

  /** Writes down what the message is now, whatever the store has of it. */
  add(message: Message, restChanged: boolean): void {
    if (message.place === "gone") {
      if (message.isStored) this.#deleted.push(keyOf(message));
    } else if (message.rest && (restChanged || !message.isStored)) {
      this.#addRow(message, message.rest);
    } else {
      this.#updated.push(storedPlace(message), message.deliveryCount, keyOf(message));
    }
  }

  /** All that was added since the last time; nothing can be added until {@link reuse}. */
  take(statements: readonly Statement[]): Changes {
    const changes: Changes = {
      rows: this.#buffer.subarray(0, this.#end),
      updated: this.#updated,
      deleted: this.#deleted,
      statements,
    };
    this.#end = 0;
    this.#updated = [];
    this.#deleted = [];
    return changes;
  }

  /** Gives back the memory of rows that have been written. */
  reuse(memory: ArrayBufferLike): void {
    this.#buffer =
      memory.byteLength > KEPT_BYTES ? Buffer.allocUnsafeSlow(FIRST_BYTES) : Buffer.from(memory);
  }

  #addRow(message: Message, rest: Buffer): void {
    const at = this.#end;
    const start = at + ROW_HEAD_BYTES;
    this.#ensure(start + mostBytesOf(message, rest));
    const target = this.#buffer;
    const end = writeMessage(target, { at: start, message, rest });
    target.writeDoubleLE(keyOf(message), at + ROW.key);
    target.writeUInt32LE(storedPlace(message), at + ROW.place);
    target.writeUInt32LE(message.deliveryCount, at + ROW.deliveryCount);
    target.writeUInt32LE(end - start, at + ROW.length);
    this.#end = end;
  }

  #ensure(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}
