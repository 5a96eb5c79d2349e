import { randomBytes } from "node:crypto";

import { TraceSampler } from "../../../src/adapters/telemetry/trace-sampler.ts";

const traceIds = (count: number): string[] =>
  Array.from({ length: count }, () => randomBytes(16).toString("hex"));

const NO_LIMIT = 1_000_000;

describe("of the traces", () => {
  it("sends the share that is wanted, each standing for its part", () => {
    const sampler = new TraceSampler({ percent: 25, tracesPerSecond: NO_LIMIT });

    const rates = traceIds(4_000).map((id) => sampler.decide(id));

    const kept = rates.filter((rate) => rate > 0);
    expect(kept.length).toBeGreaterThan(800);
    expect(kept.length).toBeLessThan(1_200);
    expect(new Set(kept)).toEqual(new Set([25]));
  });

  it("sends the same ones in every process", () => {
    const ids = traceIds(200);
    const decide = () => {
      const sampler = new TraceSampler({ percent: 50, tracesPerSecond: NO_LIMIT });
      return ids.map((id) => sampler.decide(id));
    };

    expect(decide()).toEqual(decide());
  });

  it.each([
    ["0000000000000000ffffffffffffffff", 1, 1],
    ["3fffffffffffffffffffffffffffffff", 49, 0],
    ["3fffffffffffffffffffffffffffffff", 51, 51],
    ["c0000000000000010000000000000000", 51, 51],
    ["7fffffffffffffff0000000000000000", 99, 0],
  ])("reckons %s at %d of 100 as the Functions host does", (traceId, percent, rate) => {
    expect(new TraceSampler({ percent, tracesPerSecond: NO_LIMIT }).decide(traceId)).toBe(rate);
  });

  it("sends no more in a second than is said, of which each stands for those before it", () => {
    let nowMs = 0;
    const sampler = new TraceSampler({ percent: 100, tracesPerSecond: 10 }, () => nowMs);
    const COUNT = 10_000;

    const rates = traceIds(COUNT).map((id) => {
      nowMs += 10;
      return sampler.decide(id);
    });

    const kept = rates.filter((rate) => rate > 0);
    const stoodFor = kept.reduce((sum, rate) => sum + 100 / rate, 0);
    expect(kept.length).toBeLessThanOrEqual(10 * 100 + 20);
    expect(kept.length).toBeGreaterThan(10 * 100);
    expect(COUNT - stoodFor).toBeLessThan(10);
  });

  it("sends all again when there are few again", () => {
    let nowMs = 0;
    const sampler = new TraceSampler({ percent: 100, tracesPerSecond: 10 }, () => nowMs);
    for (const id of traceIds(1_000)) sampler.decide(id);

    nowMs += 1_000;
    const rates = traceIds(10).map((id) => sampler.decide(id));

    expect(rates[0]).toBeLessThan(1);
    expect(rates.slice(1)).toEqual(Array<number>(9).fill(100));
  });
});
