/** HybridRow: the binary form in which .NET sends batches and reads their results. */
import { crc32 } from "node:zlib";

import { badRequest } from "../errors.ts";
import { isTooDeep, tryParseJson, type Json } from "../json.ts";
import type { BatchOperation, BatchResult, OperationType } from "./batch.ts";

const HEADER = 0x81;
const SCHEMA = {
  segment: 0x7f_ff_d8_f0,
  record: 0x7f_ff_d8_f1,
  operation: 0x7f_e1_54_70,
  result: 0x7f_e1_54_71,
} as const;

const OPERATION_TYPES: ReadonlyMap<number, OperationType> = new Map([
  [0, "Create"],
  [1, "Patch"],
  [2, "Read"],
  [4, "Delete"],
  [5, "Replace"],
  [20, "Upsert"],
]);

/** How a sparse field's value is laid out. */
const SPARSE = {
  false: 0x02,
  true: 0x03,
  int32: 0x07,
  uint32: 0x0b,
  float64: 0x10,
  text: 0x14,
} as const;
/** What sparse fields of an operation and of a result are about. */
const FIELD = {
  ifMatch: 9,
  ifNoneMatch: 10,
  minimal: 12,
  retryAfterMs: 5,
  requestCharge: 6,
} as const;

/** Whether a body is in this form: JSON never begins with the byte. */
export const isHybridRow = (bytes: Buffer): boolean => bytes[0] === HEADER;

const malformed = (): Error => badRequest("The batch is not correctly encoded.");

class RowReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.bytes(1).readUInt8(0);
  }

  int32(): number {
    return this.bytes(4).readInt32LE(0);
  }

  /** Seven bits a byte, low bits first. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 35; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw malformed();
  }

  bytes(length: number): Buffer {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw malformed();
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  text(): string {
    return this.bytes(this.varint()).toString();
  }

  expect(schema: number): void {
    if (this.byte() !== HEADER || this.int32() !== schema) throw malformed();
  }
}

interface Sparse {
  ifMatch?: string;
  ifNoneMatch?: string;
  minimal?: boolean;
}

const readSparse = (row: RowReader): Sparse => {
  const fields: Sparse = {};
  while (!row.isAtEnd) {
    const type = row.byte();
    const path = row.varint();
    if (type === SPARSE.text) {
      const text = row.text();
      if (path === FIELD.ifMatch) fields.ifMatch = text;
      if (path === FIELD.ifNoneMatch) fields.ifNoneMatch = text;
    } else if (type === SPARSE.true || type === SPARSE.false) {
      if (path === FIELD.minimal) fields.minimal = type === SPARSE.true;
    } else if (type === SPARSE.int32) row.int32();
    else throw malformed();
  }
  return fields;
};

const readJson = (bytes: Buffer): Json => {
  const text = bytes.toString();
  if (isTooDeep(text)) throw badRequest("The body of an operation is nested too deeply.");
  const value = tryParseJson(text);
  if (value === undefined) throw badRequest("The body of an operation is not valid JSON.");
  return value;
};

/** Which fields of an operation are there, by bit of its mask. */
const BIT = {
  type: 1,
  resourceType: 2,
  key: 4,
  effectiveKey: 8,
  id: 16,
  binaryId: 32,
  body: 64,
} as const;

const readOperation = (row: RowReader): BatchOperation => {
  row.expect(SCHEMA.operation);
  const mask = row.byte();
  const has = (bit: number): boolean => (mask & bit) !== 0;
  const type = OPERATION_TYPES.get(has(BIT.type) ? row.int32() : -1);
  if (!type) throw badRequest("The operation type of a batch is invalid.");
  if (has(BIT.resourceType)) row.int32();
  const key = has(BIT.key) ? row.text() : undefined;
  if (has(BIT.effectiveKey)) row.text();
  const id = has(BIT.id) ? row.text() : undefined;
  if (has(BIT.binaryId)) row.text();
  const body = has(BIT.body) ? readJson(row.bytes(row.varint())) : undefined;
  const { ifMatch, ifNoneMatch, minimal = false } = readSparse(row);
  return { type, id, key, ifMatch, ifNoneMatch, minimal, body };
};

const SEGMENT_LENGTH = 10;
const SEGMENT_MASK = 0x01;

/** @throws {CosmosError} 400 */
export const decodeBatch = (bytes: Buffer): readonly BatchOperation[] => {
  const body = new RowReader(bytes);
  body.expect(SCHEMA.segment);
  body.byte();
  body.bytes(body.int32() - SEGMENT_LENGTH);
  const operations: BatchOperation[] = [];
  while (!body.isAtEnd) {
    body.expect(SCHEMA.record);
    const length = body.int32();
    const checksum = body.int32();
    const row = body.bytes(length);
    if ((crc32(row) | 0) !== checksum) throw malformed();
    operations.push(readOperation(new RowReader(row)));
  }
  return operations;
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0, 0);
  return bytes;
};

const float64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value, 0);
  return bytes;
};

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
};

const sized = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(bytes.length), bytes]);
};

const header = (schema: number, mask?: number): Buffer =>
  Buffer.concat([
    Buffer.from([HEADER]),
    int32(schema),
    Buffer.from(mask === undefined ? [] : [mask]),
  ]);

const resultRow = ({
  statusCode,
  subStatusCode = 0,
  eTag,
  body,
  retryAfterMilliseconds,
  requestCharge,
}: BatchResult): Buffer =>
  Buffer.concat([
    header(SCHEMA.result, 3 | (eTag === undefined ? 0 : 4) | (body === undefined ? 0 : 8)),
    int32(statusCode),
    int32(subStatusCode),
    eTag === undefined ? Buffer.alloc(0) : sized(eTag),
    body === undefined ? Buffer.alloc(0) : sized(body),
    retryAfterMilliseconds === undefined
      ? Buffer.alloc(0)
      : Buffer.concat([
          Buffer.from([SPARSE.uint32, FIELD.retryAfterMs]),
          int32(retryAfterMilliseconds),
        ]),
    Buffer.from([SPARSE.float64, FIELD.requestCharge]),
    float64(requestCharge),
  ]);

export const encodeResults = (results: readonly BatchResult[]): Buffer =>
  Buffer.concat([
    header(SCHEMA.segment, SEGMENT_MASK),
    int32(SEGMENT_LENGTH),
    ...results.flatMap((result) => {
      const row = resultRow(result);
      return [header(SCHEMA.record), int32(row.length), int32(crc32(row)), row];
    }),
  ]);
