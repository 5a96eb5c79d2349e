import base from "./jest.config.mjs";

/**
 * `npm run soak`: these tests again, with SOAK=1 and so with their long counts. The other tests that know
 * SOAK take longer than one run has: `SOAK=1 npx jest FILE` runs them one by one.
 *
 * @type {import("jest").Config}
 */
export default {
  ...base,
  // Some of them hold to a time by request, and each has the machine for it.
  maxWorkers: 1,
  setupFiles: ["<rootDir>/tests/helpers/soak-seed.ts"],
  testMatch: [
    "cosmos-sql/fuzz",
    "cosmos-sql/plain-evaluator",
    "cosmos-store/indexes",
    "integration/cosmos/bad-requests",
    "integration/cosmos/dotnet",
    "integration/cosmos/durability",
    "integration/reports/job-figures",
    "integration/reports/product-figures",
    "domain/images/interleavings",
    "domain/reports/make-report",
    "domain/sku-races",
    "service-bus/dotnet",
    "service-bus/durability",
    "service-bus/engine-model",
    "service-bus/violations",
    "e2e/bad-requests",
    "e2e/jobs-chaos",
    "e2e/reports",
    "e2e/sku-races",
    "e2e/telemetry-faults",
    "e2e/user-races",
    "storage/durability",
  ].map((name) => `<rootDir>/tests/**/${name}.test.ts`),
};
