import { crc32 } from "node:zlib";

import { decodeBatch, encodeResults, isHybridRow } from "../../local/cosmos/protocol/hybrid-row.ts";

const SEGMENT = "81f0d8ff7f010a000000";

/** Frames rows as .NET does: a segment, then each row with its length and checksum. */
const framed = (...rows: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.from(SEGMENT, "hex"),
    ...rows.map((hex) => {
      const row = Buffer.from(hex, "hex");
      const head = Buffer.alloc(13);
      head.write("81f1d8ff7f", "hex");
      head.writeUInt32LE(row.length, 5);
      head.writeUInt32LE(crc32(row), 9);
      return Buffer.concat([head, row]);
    }),
  ]);

const READ_B1 = "817054e17f130200000002000000026231";
const IF_MATCH_BAD = "1409052262616422";

describe("a batch in HybridRow", () => {
  it("is told from JSON by its first byte", () => {
    expect([isHybridRow(framed()), isHybridRow(Buffer.from("["))]).toEqual([true, false]);
  });

  it("gives its operations, with the etag that each requires", () => {
    const operations = decodeBatch(framed(READ_B1, READ_B1 + IF_MATCH_BAD));

    expect(operations).toMatchObject([
      { type: "Read", id: "b1", ifMatch: undefined },
      { type: "Read", id: "b1", ifMatch: '"bad"' },
    ]);
  });

  it("is refused when it is cut short or its checksum is wrong", () => {
    const whole = framed(READ_B1);
    const wrong = Buffer.from(whole);
    wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1);

    expect(() => decodeBatch(whole.subarray(0, -1))).toThrow("not correctly encoded");
    expect(() => decodeBatch(wrong)).toThrow("not correctly encoded");
  });

  it("is answered with a row for each result", () => {
    const bytes = encodeResults([{ statusCode: 201, requestCharge: 5, eTag: '"e"' }]).toString(
      "hex",
    );

    expect(bytes.startsWith(`${SEGMENT}81f1d8ff7f`)).toBe(true);
    expect(bytes).toContain("817154e17f07c90000000000000003226522");
  });
});
