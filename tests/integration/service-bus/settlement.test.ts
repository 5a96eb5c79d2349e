import {
  type Entities,
  failureOf,
  type LocalServiceBus,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

const ENTITIES: Entities = { Queues: [{ Name: "orders", Properties: { MaxDeliveryCount: 10 } }] };

describe("a queue of the local Service Bus", () => {
  let bus: LocalServiceBus;

  beforeAll(async () => {
    bus = await startLocalServiceBus(ENTITIES);
  });
  afterAll(() => bus.stop());

  it("delivers what was sent and forgets it once it is completed", async () => {
    await bus.client.createSender("orders").sendMessages({ body: { total: 1 }, subject: "new" });
    const receiver = bus.client.createReceiver("orders");

    const [message] = await receiver.receiveMessages(1);
    await receiver.completeMessage(message!);

    expect(message).toMatchObject({ body: { total: 1 }, subject: "new", deliveryCount: 0 });
    await expect(receiver.peekMessages(1, {})).resolves.toEqual([]);
  });

  it("tells a sender that the entity does not exist", async () => {
    const sending = bus.client.createSender("nowhere").sendMessages({ body: 1 });

    await expect(failureOf(sending)).resolves.toMatchObject({ code: "MessagingEntityNotFound" });
  });
});
