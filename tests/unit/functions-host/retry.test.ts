import { retryDelayMs } from "../../../local/functions-host/retry.ts";

it("waits the same before each retry with a fixed delay", () => {
  const options = {
    maxRetryCount: 3,
    retryStrategy: "fixedDelay",
    delayInterval: { seconds: 2 },
  } as const;

  expect([1, 2, 9].map((retry) => retryDelayMs(options, retry, 0.5))).toEqual([2000, 2000, 2000]);
});

it("begins with the minimum, grows by powers of two with some jitter, and stops at the maximum", () => {
  const options = {
    maxRetryCount: -1,
    retryStrategy: "exponentialBackoff",
    minimumInterval: { seconds: 1 },
    maximumInterval: { seconds: 20 },
  } as const;

  expect([1, 2, 3, 4].map((retry) => retryDelayMs(options, retry, 0.5))).toEqual([
    1000, 2000, 3000, 5000,
  ]);
  expect(retryDelayMs(options, 3, 0)).toBe(2600);
  expect(retryDelayMs(options, 50, 0)).toBe(20_000);
});
