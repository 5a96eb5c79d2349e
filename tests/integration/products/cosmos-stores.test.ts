import type { Container } from "@azure/cosmos";

import { CONTAINERS, indexingPolicyOf } from "../../../src/adapters/cosmos/containers.ts";
import { CosmosClaimStore } from "../../../src/adapters/cosmos/cosmos-claim-store.ts";
import { CosmosJobStore } from "../../../src/adapters/cosmos/cosmos-job-store.ts";
import { CosmosProductStore } from "../../../src/adapters/cosmos/cosmos-product-store.ts";
import { CosmosReportStore } from "../../../src/adapters/cosmos/cosmos-report-store.ts";
import { CosmosRequestStore } from "../../../src/adapters/cosmos/cosmos-request-store.ts";
import { describeClaimStore } from "../../contract/claim-store.ts";
import { describeJobStore } from "../../contract/job-store.ts";
import { describeProductStore } from "../../contract/product-store.ts";
import { describeReportStore } from "../../contract/report-store.ts";
import { describeRequestStore } from "../../contract/request-store.ts";
import { type LocalCosmos, startLocalCosmos } from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
let generation = 0;

beforeAll(async () => {
  cosmos = await startLocalCosmos();
}, 60_000);

afterAll(() => cosmos.stop());

/** A new container with the declared policy for each store, so that no test sees another's rows. */
const freshContainer = (id: (typeof CONTAINERS)[number]["id"]): (() => Promise<Container>) => {
  generation += 1;
  const name = `${id}-${generation}`;
  const declared = CONTAINERS.find((container) => container.id === id)!;
  const created = cosmos.database.containers.create({
    id: name,
    partitionKey: { paths: [declared.partitionKey] },
    defaultTtl: declared.defaultTtlSeconds,
    indexingPolicy: indexingPolicyOf(declared),
  });
  return async () => (await created).container;
};

const now = () => new Date("2026-01-01T00:00:00Z");

describeClaimStore("CosmosClaimStore", () => new CosmosClaimStore(freshContainer("claims")));
describeJobStore("CosmosJobStore", () => new CosmosJobStore(freshContainer("jobs")));
describeProductStore(
  "CosmosProductStore",
  () => new CosmosProductStore(freshContainer("products"), now),
);
describeReportStore("CosmosReportStore", () => new CosmosReportStore(freshContainer("reports")));
describeRequestStore(
  "CosmosRequestStore",
  () => new CosmosRequestStore(freshContainer("requests")),
);

it("keeps no address in a claim", async () => {
  const container = freshContainer("claims");
  const key = "email:ada@example.com";
  await new CosmosClaimStore(container).insert({ key, owner: "one" });

  const { resources } = await (await container()).items.readAll().fetchAll();

  expect(resources).toHaveLength(1);
  expect(JSON.stringify(resources)).not.toContain("ada");
});
