/** Cuts what a client sends into frames and checks each, so that nothing malformed reaches the protocol library. */
import { skipValue } from "../codec/scan.ts";
import { DecodeError } from "../codec/values.ts";

export const MAX_FRAME_BYTES = 65_536;

const HEADER_BYTES = 8;
/** "AMQP", with which a protocol header starts in the place of a frame. */
const PROTOCOL = 0x414d5150;

const lengthAt = (buffer: Buffer, offset: number): number => {
  const size = buffer.readUInt32BE(offset);
  if (size === PROTOCOL) return HEADER_BYTES;
  if (size < HEADER_BYTES || size > MAX_FRAME_BYTES) {
    throw new DecodeError(
      `A frame of ${size} bytes; from ${HEADER_BYTES} to ${MAX_FRAME_BYTES} are allowed`,
    );
  }
  return size;
};

const check = (frame: Buffer): void => {
  if (frame.readUInt32BE(0) === PROTOCOL) return;
  const bodyAt = frame.readUInt8(4) * 4;
  if (bodyAt < HEADER_BYTES || bodyAt > frame.length) {
    throw new DecodeError("A frame has its body outside itself");
  }
  if (frame.readUInt8(5) > 1) throw new DecodeError("A frame of an unknown type");
  if (bodyAt === frame.length) return;
  if (frame.readUInt8(bodyAt) !== 0) throw new DecodeError("A frame holds no performative");
  skipValue(frame, bodyAt);
};

/** The frame at `position`, what is wrong with it, or undefined while it is not there whole. */
const frameAt = (buffer: Buffer, position: number): Buffer | DecodeError | undefined => {
  try {
    const end = position + lengthAt(buffer, position);
    if (end > buffer.length) return undefined;
    const frame = buffer.subarray(position, end);
    check(frame);
    return frame;
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
};

/** How long `buffer` has to become before the frame at its start is there whole. */
const wantedBytes = (buffer: Buffer): number =>
  buffer.length < 4 ? 4 : Math.max(HEADER_BYTES, lengthAt(buffer, 0));

export class FrameGuard {
  /** The start of a frame, as it came. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #wantedBytes = 0;

  /**
   * @returns the whole frames so far, protocol headers apart from what follows them; the rest is kept.
   * @throws {DecodeError} at the first frame that is malformed or too large.
   */
  *frames(chunk: Buffer): Generator<Buffer> {
    const buffer = this.#withRest(chunk);
    if (!buffer) return;
    let start = 0;
    let position = 0;
    let failure: DecodeError | undefined;
    while (buffer.length - position >= 4) {
      const frame = frameAt(buffer, position);
      if (frame === undefined) break;
      if (frame instanceof DecodeError) {
        failure = frame;
        break;
      }
      const end = position + frame.length;
      if (frame.readUInt32BE(0) === PROTOCOL) {
        if (position > start) yield buffer.subarray(start, position);
        yield frame;
        start = end;
      }
      position = end;
    }
    if (position > start) yield buffer.subarray(start, position);
    // What came before it was in order, and the connection may need it to be told.
    if (failure) throw failure;
    if (position < buffer.length) this.#keep(buffer.subarray(position));
  }

  /** What is there now, in one piece; undefined while a frame that has begun needs more. */
  #withRest(chunk: Buffer): Buffer | undefined {
    if (this.#rest.length === 0) return chunk;
    this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    if (this.#restBytes < this.#wantedBytes) return undefined;
    const buffer = Buffer.concat(this.#rest);
    this.#rest = [];
    return buffer;
  }

  #keep(rest: Buffer): void {
    this.#rest = [rest];
    this.#restBytes = rest.length;
    this.#wantedBytes = wantedBytes(rest);
  }
}
