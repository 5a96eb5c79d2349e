import { once } from "node:events";
import { connect } from "node:net";

import * as fc from "fast-check";

import { described, list, NULL, string, symbol } from "../../../local/service-bus/codec/write.ts";
import {
  bodyOf,
  type LocalServiceBus,
  newClient,
  receiveOne,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

const FUZZED_FRAMES = process.env["SOAK"] ? 5_000 : 200;

const PROTOCOL = Buffer.from("AMQP\0\u0001\0\0", "latin1");

const uint = (value: number): Buffer => {
  const buffer = Buffer.alloc(5, 0x70);
  buffer.writeUInt32BE(value, 1);
  return buffer;
};

const TRUE = Buffer.from([0x41]);
const FALSE = Buffer.from([0x42]);

const frame = (body: Buffer, channel = 0): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.writeUInt8(2, 4);
  head.writeUInt16BE(channel, 6);
  return Buffer.concat([head, body]);
};

const performative = (code: number, fields: readonly Buffer[]): Buffer =>
  described(code, list(fields));

const OPEN = frame(performative(0x10, [string("fuzz"), string("127.0.0.1")]));
const BEGIN = frame(performative(0x11, [NULL, uint(0), uint(2_048), uint(2_048)]));
const TARGET = described(0x29, list([string("q")]));
const SOURCE = described(0x28, list([string("q")]));
const ATTACH_SENDER = frame(
  performative(0x12, [string("s"), uint(0), FALSE, NULL, NULL, NULL, TARGET, NULL, NULL, uint(0)]),
);
const ATTACH_RECEIVER = frame(
  performative(0x12, [string("r"), uint(1), TRUE, NULL, NULL, SOURCE, NULL]),
);
const FLOW = frame(
  performative(0x13, [uint(0), uint(2_048), uint(0), uint(2_048), uint(1), uint(0), uint(5)]),
);
const TRANSFER = frame(
  Buffer.concat([
    performative(0x14, [uint(0), uint(0), Buffer.from([0xa0, 1, 1]), uint(0), TRUE]),
    Buffer.from([0x00, 0x53, 0x77, 0xa1, 2, 0x68, 0x69]),
  ]),
);
const disposition = (first: number, last: number): Buffer =>
  frame(performative(0x15, [TRUE, uint(first), uint(last), TRUE, described(0x24, list([]))]));

const FRAMES = [BEGIN, ATTACH_SENDER, ATTACH_RECEIVER, FLOW, TRANSFER, disposition(0, 0)];

/** Descriptor of the performative that closes a connection. */
const CLOSE = Buffer.from([0x00, 0x53, 0x18]);

describe("the broker, when a client breaks the protocol", () => {
  let bus: LocalServiceBus;

  beforeAll(async () => {
    // The protocol library talks about what it does not understand.
    jest.spyOn(console, "warn").mockReturnValue();
    jest.spyOn(console, "error").mockReturnValue();
    bus = await startLocalServiceBus({ Queues: [{ Name: "q" }, { Name: "good" }] });
  });
  afterAll(() => bus.stop());

  const port = (): number => Number(/:(\d+);/.exec(bus.server.connectionString)?.[1]);

  /** What the broker answers to these bytes until the connection is over. */
  const answerTo = async (bytes: Buffer, ending: "wait" | "end"): Promise<Buffer> => {
    const socket = connect({ port: port(), host: "127.0.0.1" });
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => undefined);
    await once(socket, "connect");
    if (ending === "end") socket.end(bytes);
    else socket.write(bytes);
    await once(socket, "close");
    return Buffer.concat(chunks);
  };

  /** What another client gets that sends and receives one message. */
  const bystander = async (): Promise<unknown> => {
    const client = newClient(bus.server.connectionString);
    await client.createSender("good").sendMessages({ body: "alive" });
    const receiver = client.createReceiver("good", { receiveMode: "receiveAndDelete" });
    const body = bodyOf(await receiveOne(receiver));
    await client.close();
    return body;
  };

  const begun = [PROTOCOL, OPEN, BEGIN];

  it("lets a link be detached and attached again in one read", async () => {
    const detach = frame(performative(0x16, [uint(0), TRUE]));
    const close = frame(performative(0x18, []));
    const again = [detach, ATTACH_SENDER, TRANSFER];

    const answer = await answerTo(
      Buffer.concat([...begun, ATTACH_SENDER, ...again, detach, ATTACH_SENDER, close]),
      "wait",
    );

    const count = (code: number): number =>
      answer.toString("latin1").split(String.fromCharCode(0, 0x53, code)).length - 1;
    expect({ attached: count(0x12), detached: count(0x16), settled: count(0x15) }).toEqual({
      attached: 3,
      detached: 2,
      settled: 0,
    });
    // Closed as the client has asked, and without an error.
    expect(answer.subarray(answer.indexOf(CLOSE)).length).toBeLessThan(CLOSE.length + 4);
    const client = newClient(bus.server.connectionString);
    const receiver = client.createReceiver("q", { receiveMode: "receiveAndDelete" });
    expect(bodyOf(await receiveOne(receiver))).toBe("hi");
    await client.close();
  });

  it.each<[string, readonly Buffer[]]>([
    ["a frame smaller than its head", [PROTOCOL, OPEN, Buffer.from([0, 0, 0, 4, 2, 0, 0, 0])]],
    ["a frame of a gigabyte", [PROTOCOL, OPEN, Buffer.from([0x40, 0, 0, 0, 2, 0, 0, 0])]],
    ["a frame whose body is outside it", [PROTOCOL, OPEN, Buffer.from([0, 0, 0, 8, 9, 0, 0, 0])]],
    ["a frame of no known type", [PROTOCOL, OPEN, Buffer.from([0, 0, 0, 9, 2, 7, 0, 0, 0])]],
    ["a frame without a performative", [PROTOCOL, OPEN, frame(Buffer.from([0x40, 0x40]))]],
    ["a performative that does not exist", [PROTOCOL, OPEN, frame(performative(0x99, []))]],
    [
      "a list cut off in the middle",
      [PROTOCOL, OPEN, frame(Buffer.from([0, 0x53, 0x11, 0xc0, 9, 4]))],
    ],
    [
      "a list that counts more than it holds",
      [
        PROTOCOL,
        OPEN,
        frame(Buffer.from([0, 0x53, 0x11, 0xd0, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff])),
      ],
    ],
    [
      "values nested without end",
      [PROTOCOL, OPEN, frame(Buffer.concat([Buffer.from([0, 0x53, 0x11]), Buffer.alloc(3_000)]))],
    ],
    ["an attach without a session", [PROTOCOL, OPEN, ATTACH_SENDER]],
    ["a transfer without a link", [...begun, TRANSFER]],
    ["a flow for a link that is not there", [...begun, FLOW]],
    ["a second open", [PROTOCOL, OPEN, OPEN]],
    ["two attaches by one name", [...begun, ATTACH_SENDER, ATTACH_SENDER]],
    [
      "a transfer on a link that receives",
      [
        ...begun,
        ATTACH_RECEIVER,
        frame(
          Buffer.concat([
            performative(0x14, [uint(1), uint(0), Buffer.from([0xa0, 1, 1]), uint(0)]),
            Buffer.from([0x00, 0x53, 0x77, 0x41]),
          ]),
        ),
      ],
    ],
    [
      "a disposition of four billion deliveries",
      [...begun, ATTACH_RECEIVER, disposition(0, 0xffff_fff0)],
    ],
  ])("closes the connection with a reason after %s", async (_what, bytes) => {
    const answer = await answerTo(Buffer.concat(bytes), "wait");

    expect(answer.includes(CLOSE)).toBe(true);
    expect(answer.includes(symbol("amqp:decode-error")) || answer.includes("framing-error")).toBe(
      true,
    );
    await expect(bystander()).resolves.toBe("alive");
  });

  it("serves others whatever bytes one sends", async () => {
    const mutation = fc.record({
      at: fc.nat(2_000),
      byte: fc.nat(255),
      frames: fc.shuffledSubarray(FRAMES, { minLength: 1 }),
      noise: fc.uint8Array({ maxLength: 40 }),
    });
    const isSurvived = async ({
      at,
      byte,
      frames,
      noise,
    }: {
      at: number;
      byte: number;
      frames: readonly Buffer[];
      noise: Uint8Array;
    }): Promise<void> => {
      const sent = Buffer.concat([...frames, Buffer.from(noise)]);
      sent[at % sent.length] = byte;
      await answerTo(Buffer.concat([...begun, sent]), "end");
    };

    await fc.assert(fc.asyncProperty(mutation, isSurvived), { numRuns: FUZZED_FRAMES });

    await expect(bystander()).resolves.toBe("alive");
  }, 120_000);
});
