/** MurmurHash3, x64, 128 bit: the hash behind effective partition keys. */

const MASK = (1n << 64n) - 1n;
const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;
const BLOCK_BYTES = 16;

const multiply = (a: bigint, b: bigint): bigint => (a * b) & MASK;
const rotate = (value: bigint, bits: bigint): bigint =>
  ((value << bits) | (value >> (64n - bits))) & MASK;

const finish = (value: bigint): bigint => {
  let mixed = multiply(value ^ (value >> 33n), 0xff51afd7ed558ccdn);
  mixed = multiply(mixed ^ (mixed >> 33n), 0xc4ceb9fe1a85ec53n);
  return mixed ^ (mixed >> 33n);
};

const mixLow = (word: bigint): bigint => multiply(rotate(multiply(word, C1), 31n), C2);
const mixHigh = (word: bigint): bigint => multiply(rotate(multiply(word, C2), 33n), C1);

/** The hash with seed 0, as its two words one after the other, each little-endian. */
export const murmur128 = (input: Buffer): Buffer => {
  const whole = input.length - (input.length % BLOCK_BYTES);
  let h1 = 0n;
  let h2 = 0n;
  for (let at = 0; at < whole; at += BLOCK_BYTES) {
    h1 ^= mixLow(input.readBigUInt64LE(at));
    h1 = (rotate(h1, 27n) + h2) & MASK;
    h1 = (h1 * 5n + 0x52dce729n) & MASK;
    h2 ^= mixHigh(input.readBigUInt64LE(at + 8));
    h2 = (rotate(h2, 31n) + h1) & MASK;
    h2 = (h2 * 5n + 0x38495ab5n) & MASK;
  }
  if (whole < input.length) {
    const tail = Buffer.alloc(BLOCK_BYTES);
    input.copy(tail, 0, whole);
    h2 ^= mixHigh(tail.readBigUInt64LE(8));
    h1 ^= mixLow(tail.readBigUInt64LE(0));
  }
  h1 ^= BigInt(input.length);
  h2 ^= BigInt(input.length);
  h1 = (h1 + h2) & MASK;
  h2 = (h2 + h1) & MASK;
  h1 = finish(h1);
  h2 = finish(h2);
  h1 = (h1 + h2) & MASK;
  h2 = (h2 + h1) & MASK;
  const hash = Buffer.alloc(BLOCK_BYTES);
  hash.writeBigUInt64LE(h1, 0);
  hash.writeBigUInt64LE(h2, 8);
  return hash;
};
