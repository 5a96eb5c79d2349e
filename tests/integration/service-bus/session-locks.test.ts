import { eventually } from "../../helpers/eventually.ts";
import {
  type Entities,
  failureOf,
  queuesOf,
  receiveOne,
  useServiceBus,
} from "../../helpers/service-bus.ts";

const ENTITIES: Entities = {
  Queues: [
    ...queuesOf("plain", 2),
    ...queuesOf("sessions", 30, { RequiresSession: true }),
    ...queuesOf("brief", 5, { RequiresSession: true, LockDuration: "PT0.4S" }),
  ],
  Topics: [
    { Name: "events", Subscriptions: [{ Name: "s", Properties: { RequiresSession: true } }] },
  ],
};

const bus = useServiceBus(ENTITIES);

describe("the lock of a session", () => {
  it("covers its messages", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" });
    const receiver = await bus.client.acceptSession(queue, "a");

    const message = await receiveOne(receiver);

    expect(message.lockedUntilUtc).toEqual(receiver.sessionLockedUntilUtc);
    await receiver.close();
  });

  it("is renewed", async () => {
    const queue = bus.take("brief");
    const receiver = await bus.client.acceptSession(queue, "a", {
      maxAutoLockRenewalDurationInMs: 0,
    });
    const before = receiver.sessionLockedUntilUtc.getTime();

    const renewed = await eventually("a later end", async () => {
      const until = await receiver.renewSessionLock();
      return until.getTime() > before && until;
    });

    expect(receiver.sessionLockedUntilUtc).toEqual(renewed);
    await receiver.close();
  });

  it("is lost when it expires, and another receiver gets the messages, counted", async () => {
    const queue = bus.take("brief");
    await bus.send(queue, { body: "m", sessionId: "a" });
    const options = { maxAutoLockRenewalDurationInMs: 0 };
    const receiver = await bus.client.acceptSession(queue, "a", options);
    const message = await receiveOne(receiver);

    const other = await bus.client.acceptNextSession(queue, options);
    const again = await receiveOne(other);
    const failure = await failureOf(receiver.completeMessage(message));

    expect(again).toMatchObject({ body: "m", deliveryCount: 1 });
    expect(failure.code).toBe("SessionLockLost");
    await other.close();
  });

  it("cannot be renewed once lost", async () => {
    const queue = bus.take("brief");
    await bus.send(queue, { body: "m", sessionId: "a" });
    const options = { maxAutoLockRenewalDurationInMs: 0 };
    const receiver = await bus.client.acceptSession(queue, "a", options);
    const other = await bus.client.acceptNextSession(queue, options);

    const failure = await failureOf(receiver.renewSessionLock());

    expect(failure.code).toBe("SessionLockLost");
    await other.close();
  });
});

describe("the state of a session", () => {
  it("is empty at first", async () => {
    const receiver = await bus.client.acceptSession(bus.take("sessions"), "a");

    await expect(receiver.getSessionState()).resolves.toBeNull();
    await receiver.close();
  });

  it("is kept for the next receiver", async () => {
    const queue = bus.take("sessions");
    const first = await bus.client.acceptSession(queue, "a");
    await first.setSessionState({ step: 2 });
    await first.close();

    const second = await bus.client.acceptSession(queue, "a");

    await expect(second.getSessionState()).resolves.toEqual({ step: 2 });
    await second.close();
  });

  it("belongs to one session", async () => {
    const queue = bus.take("sessions");
    const first = await bus.client.acceptSession(queue, "a");
    await first.setSessionState("of a");

    const second = await bus.client.acceptSession(queue, "b");

    await expect(second.getSessionState()).resolves.toBeNull();
    await first.close();
    await second.close();
  });

  it("can be replaced", async () => {
    const receiver = await bus.client.acceptSession(bus.take("sessions"), "a");
    await receiver.setSessionState(1);

    await receiver.setSessionState(2);

    await expect(receiver.getSessionState()).resolves.toBe(2);
    await receiver.close();
  });
});
