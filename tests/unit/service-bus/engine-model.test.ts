import * as fc from "fast-check";

import type { Outcome } from "../../../local/service-bus/engine/settlement.ts";
import { ObservedQueue } from "./observed-queue.ts";

const RUNS = process.env["SOAK"] ? 25_000 : 1_000;

const patch = new Map([["tried", true]]);

const outcomes = fc.constantFrom<Outcome>(
  { kind: "complete" },
  { kind: "abandon", patch },
  { kind: "defer", patch: new Map() },
  { kind: "dead-letter", reason: "r", description: null, patch },
);

type Step = (observed: ObservedQueue) => void;

const steps = fc.oneof<fc.Arbitrary<Step>[]>(
  fc
    .record({
      session: fc.nat(1),
      ttlMs: fc.constantFrom(0, 0, 500, 3_000),
      delayMs: fc.constantFrom(0, 0, 0, 700),
    })
    .map((message) => (observed) => observed.send(message)),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.nat(1)).map(
    ([count, deletes, session]) =>
      (observed) =>
        observed.receive(count, deletes, session),
  ),
  fc.tuple(fc.nat(5), outcomes).map(
    ([index, outcome]) =>
      (observed) =>
        observed.settle(index, outcome),
  ),
  fc.constantFrom(1, 300, 800, 1_200).map((ms) => (observed) => observed.advance(ms)),
  fc.nat(5).map((index) => (observed) => observed.renew(index)),
  fc.constantFrom<Step>(
    (observed) => observed.receiveDeferred(),
    (observed) => observed.cancel(),
    (observed) => observed.closeSession(),
    (observed) => observed.commit(),
    (observed) => observed.commit(),
    (observed) => observed.crash(),
  ),
);

/** Histories that have once gone wrong. */
const EXAMPLES: readonly [Step[]][] = [
  [
    [
      // A scheduled message comes to the holder of a session whose lock then ends.
      (observed) => observed.receive(1, false, 0),
      (observed) => observed.send({ session: 0, ttlMs: 0, delayMs: 700 }),
      (observed) => observed.advance(1_200),
      (observed) => observed.receive(1, false, 0),
    ],
  ],
  [
    [
      // A scheduled message comes due and expires, and a crash forgets both.
      (observed) => observed.send({ session: 0, ttlMs: 500, delayMs: 700 }),
      (observed) => observed.commit(),
      (observed) => observed.advance(1_200),
      (observed) => observed.crash(),
      (observed) => observed.receive(1, false, 0),
    ],
  ],
];

describe.each([
  ["a queue", false],
  ["a queue with sessions", true],
])("%s, whatever happens to it", (_name, hasSessions) => {
  it("loses nothing, delivers to one at a time, counts right and keeps the order", () => {
    const histories = fc.property(fc.array(steps, { maxLength: 60 }), (run) => {
      const observed = new ObservedQueue(hasSessions);
      for (const step of run) {
        step(observed);
        observed.check();
      }
      observed.harness.close();
    });

    expect(() => fc.assert(histories, { numRuns: RUNS, examples: [...EXAMPLES] })).not.toThrow();
  });
});
