/** Imported by name it would bring WebCrypto along, which takes long to load. */
const { randomFillSync } = process.getBuiltinModule("node:crypto");

const POOL_BYTES = 16_384;
const TOKEN_BYTES = 16;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** A lock token, or another id: 16 random bytes, in the byte order of a .NET GUID, as delivery tags carry it. */
export const newLockToken = (): Buffer => {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const token = Buffer.from(pool.subarray(used, used + TOKEN_BYTES));
  used += TOKEN_BYTES;
  return token;
};

const SWAPPED = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

/** Turns the byte order of a .NET GUID into that of an AMQP uuid, and back. */
export const reorderToken = (token: Buffer): Buffer =>
  Buffer.from(SWAPPED.map((index) => token[index] ?? 0));
