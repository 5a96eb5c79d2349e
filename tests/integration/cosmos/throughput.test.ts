import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

describe("the throughput of a container", () => {
  it("is kept as an offer and can be changed", async () => {
    const { container } = await cosmos.database.containers.create({
      id: "with-offer",
      partitionKey: { paths: ["/pk"] },
      throughput: 400,
    });

    const { resource, offer } = await container.readOffer();
    if (!resource?.content || !offer) throw new Error("There is no offer");
    await offer.replace({ ...resource, content: { ...resource.content, offerThroughput: 800 } });
    const changed = await container.readOffer();

    expect(resource.content.offerThroughput).toBe(400);
    expect(changed.resource?.content?.offerThroughput).toBe(800);
  });

  it("is kept as autoscale when it was given so", async () => {
    const { container } = await cosmos.database.containers.create({
      id: "with-autoscale",
      partitionKey: { paths: ["/pk"] },
      maxThroughput: 4000,
    });

    const { resource } = await container.readOffer();

    expect(resource?.content?.offerAutopilotSettings).toEqual({ maxThroughput: 4000 });
  });

  it("is absent where none was given", async () => {
    const container = await newContainer(cosmos.database);

    const { resource } = await container.readOffer();

    expect(resource).toBeUndefined();
  });

  it("is refused below 400 and between steps of 100", async () => {
    for (const throughput of [100, 450]) {
      // oxlint-disable-next-line no-await-in-loop -- one answer at a time is easier to read when it fails
      const failure = await failureOf(
        cosmos.database.containers.create({
          id: `refused-${throughput}`,
          partitionKey: { paths: ["/pk"] },
          throughput,
        }),
      );

      expect([throughput, failure.code]).toEqual([throughput, 400]);
    }
  });
});
