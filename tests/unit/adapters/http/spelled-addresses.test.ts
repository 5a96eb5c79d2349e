import * as fc from "fast-check";

import { callTo, calling } from "../../../helpers/calling.ts";

const RUNS = process.env["SOAK"] ? 20_000 : 1_000;

/** Networks that nobody may call, as their first bytes and how many bits of them count. */
const NETWORKS: readonly (readonly [first: number, bits: number])[] = [
  [0x00_00_00_00, 8],
  [0x0a_00_00_00, 8],
  [0x64_40_00_00, 10],
  [0x7f_00_00_00, 8],
  [0xa9_fe_00_00, 16],
  [0xac_10_00_00, 12],
  [0xc0_a8_00_00, 16],
  [0xc6_12_00_00, 15],
  [0xe0_00_00_00, 3],
  [0xa8_3f_81_10, 32],
];

const address = fc
  .tuple(fc.constantFrom(...NETWORKS), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([[first, bits], any]) => first + (any % 2 ** (32 - bits)));

const bytesOf = (value: number): readonly number[] =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);

const NOTATIONS: readonly ((part: number) => string)[] = [
  String,
  (part) => `0x${part.toString(16)}`,
  (part) => `0X${part.toString(16).toUpperCase()}`,
  (part) => `0${part.toString(8)}`,
  (part) => `0x${part.toString(16).padStart(12, "0")}`,
];

const DIGITS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll(/\d/gu, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (text) => text.replaceAll(/\d/gu, (digit) => `%3${digit}`),
  (text) => text.replaceAll(".", "\u3002"),
  (text) => `${text}.`,
  (text) => text.replaceAll(/\d/gu, (digit) => String.fromCodePoint(0x1d7d8 + Number(digit))),
];

/** One of the spellings that a browser reads as this IPv4 address. */
const spelt4 = fc
  .tuple(
    address,
    fc.integer({ min: 1, max: 4 }),
    fc.array(fc.constantFrom(...NOTATIONS), { minLength: 4, maxLength: 4 }),
    fc.constantFrom(...DIGITS),
  )
  .map(([value, parts, notations, digits]) => {
    const bytes = bytesOf(value);
    const rest = value % 2 ** (8 * (5 - parts));
    const numbers = [...bytes.slice(0, parts - 1), rest];
    return digits(numbers.map((number, index) => (notations[index] ?? String)(number)).join("."));
  });

const hex = (value: number): string =>
  `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`;

/** Ways to put an IPv4 address into an IPv6 one. */
const EMBEDDINGS: readonly ((value: number) => string)[] = [
  (value) => `::ffff:${bytesOf(value).join(".")}`,
  (value) => `::ffff:${hex(value)}`,
  (value) => `0:0:0:0:0:FFFF:${hex(value)}`,
  (value) => `::${hex(value)}`,
  (value) => `64:ff9b::${hex(value)}`,
  (value) => `64:ff9b:1::${hex(value)}`,
  (value) => `2002:${hex(value)}::1`,
  (value) => `2001::${hex(value)}`,
  (value) => `fe80::5efe:${hex(value)}`,
];

const spelt6 = fc
  .tuple(address, fc.constantFrom(...EMBEDDINGS))
  .map(([value, embed]) => embed(value));

const refusal = { code: "call-address-refused", retryable: false };

it("refuses every address that is not public, however it is spelt in a URL", async () => {
  const { makeCall, lookups } = calling();
  const url = fc.oneof(
    spelt4.map((host) => `http://${host}/`),
    spelt6.map((host) => `https://[${host}]/`),
  );

  const property = fc.asyncProperty(url, async (text) => {
    await expect(makeCall(callTo(text))).rejects.toMatchObject(refusal);
  });

  await fc.assert(property, { numRuns: RUNS });
  expect(lookups).toEqual([]);
});

it("refuses every name that leads to one, also beside addresses that are public", async () => {
  const found = fc
    .tuple(
      fc.oneof(
        address.map((value) => bytesOf(value).join(".")),
        spelt6,
      ),
      fc.array(fc.constantFrom<string>("8.8.8.8", "2606:4700::1111"), { maxLength: 3 }),
      fc.nat(),
    )
    .map(([one, others, at]) => others.toSpliced(at % (others.length + 1), 0, one));

  const property = fc.asyncProperty(found, async (addresses) => {
    const { makeCall } = calling({ names: { "name.test": [addresses] } });
    await expect(makeCall(callTo("http://name.test/"))).rejects.toMatchObject(refusal);
  });

  await fc.assert(property, { numRuns: RUNS });
});
