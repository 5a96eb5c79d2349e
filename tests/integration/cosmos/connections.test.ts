import { once } from "node:events";
import { connect, type Socket } from "node:net";

import {
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { authorizationFor } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
let docs: readonly string[];
beforeAll(async () => {
  cosmos = await startLocalCosmos();
  const container = await newContainer(cosmos.database);
  docs = ["dbs", "tests", "colls", container.id, "docs"];
  await container.items.create<Doc>({ id: "1", pk: "a", text: "ä" });
});
afterAll(async () => {
  await cosmos.stop();
});

interface Sent {
  readonly method?: string;
  readonly path: readonly string[];
  /** Lines of the head beside those that every request has. */
  readonly lines?: readonly string[];
  readonly body?: string;
}

const requestText = ({ method = "GET", path, lines = [], body = "" }: Sent): string => {
  const date = new Date().toUTCString();
  return [
    `${method} /${path.join("/")} HTTP/1.1`,
    `Host: ${new URL(cosmos.server.endpoint).host}`,
    `x-ms-date: ${date}`,
    `Authorization: ${authorizationFor(cosmos.server.key, { method, path }, date)}`,
    'x-ms-documentdb-partitionkey: ["a"]',
    ...lines,
    "",
    body,
  ].join("\r\n");
};

const readText = (): string => requestText({ path: [...docs, "1"] });

const createText = (id: string, lines: readonly string[] = []): string => {
  const body = JSON.stringify({ id, pk: "a", text: "x".repeat(200_000) });
  const length = `Content-Length: ${body.length}`;
  return requestText({ method: "POST", path: docs, lines: [length, ...lines], body });
};

const opened = async (): Promise<Socket> => {
  const { hostname, port } = new URL(cosmos.server.endpoint);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket;
};

/** Status codes of the answers, once there are so many or the connection has ended. */
const statuses = async (socket: Socket, count: number): Promise<readonly string[]> => {
  let text = "";
  const found = (): readonly string[] =>
    [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status ?? "");
  for await (const chunk of socket) {
    text += String(chunk);
    if (found().length >= count) break;
  }
  return found();
};

describe("a connection", () => {
  it("has requests answered in their order that came at once", async () => {
    const socket = await opened();

    socket.write(
      readText() + createText("at-once") + readText() + requestText({ path: ["nothing"] }),
    );

    await expect(statuses(socket, 4)).resolves.toEqual(["200", "201", "200", "400"]);
  });

  it("may bring a request in pieces", async () => {
    const socket = await opened();
    const text = createText("in-pieces");

    for (const [from, to] of [
      [0, 30],
      [30, 700],
      [700, 100_000],
      [100_000, text.length],
    ]) {
      socket.write(text.slice(from, to));
      // oxlint-disable-next-line no-await-in-loop -- one piece after the other
      await new Promise(setImmediate);
    }

    await expect(statuses(socket, 1)).resolves.toEqual(["201"]);
  });

  it("may bring the head whole and the body in pieces, and more requests after it", async () => {
    const socket = await opened();
    const text = createText("body-in-pieces");

    socket.write(text.slice(0, 60_000));
    await new Promise(setImmediate);
    socket.write(text.slice(60_000));
    const first = await new Promise((resolve) => {
      socket.once("data", (bytes: Buffer) => resolve(bytes.toString().slice(0, 12)));
    });
    socket.removeAllListeners("data");
    socket.write(readText());

    expect(first).toBe("HTTP/1.1 201");
    await expect(statuses(socket, 1)).resolves.toEqual(["200"]);
  });

  it("goes on after what only a complete HTTP server reads", async () => {
    const socket = await opened();
    const chunked = requestText({
      method: "POST",
      path: docs,
      lines: ["Transfer-Encoding: chunked"],
      body: '1b\r\n{"id":"in-chunks","pk":"a"}\r\n0\r\n\r\n',
    });

    socket.write(readText() + chunked + readText());

    await expect(statuses(socket, 3)).resolves.toEqual(["200", "201", "200"]);
  });

  it("is asked to go on when it waits for that before a body", async () => {
    const socket = await opened();
    const text = createText("expected", ["Expect: 100-continue"]);
    const end = text.indexOf("\r\n\r\n") + 4;

    socket.write(text.slice(0, end));
    const first = await new Promise((resolve) => {
      socket.once("data", (bytes: Buffer) => resolve(bytes.toString().slice(0, 12)));
    });
    socket.removeAllListeners("data");
    socket.write(text.slice(end));

    expect(first).toBe("HTTP/1.1 100");
    await expect(statuses(socket, 1)).resolves.toEqual(["201"]);
  });

  it.each([
    ["a header twice", ["Content-Length: 0", "Content-Length: 2"]],
    ["a length that is none", ["Content-Length: +2"]],
    ["a header without a name", [": x"]],
    ["a character that no header may have", ["x-a: \u0001"]],
  ])("is refused and ended for %s", async (_what, lines) => {
    const socket = await opened();

    socket.write(requestText({ path: [...docs, "1"], lines }));

    await expect(statuses(socket, 2)).resolves.toEqual(["400"]);
  });

  it("is ended after the answer when the client wants that", async () => {
    const socket = await opened();

    socket.write(requestText({ path: [...docs, "1"], lines: ["Connection: close"] }));

    await expect(statuses(socket, 2)).resolves.toEqual(["200"]);
  });

  it("that goes away in the middle of a request harms nobody", async () => {
    const gone = await opened();
    gone.write(createText("never").slice(0, 5000));
    gone.destroy();
    const socket = await opened();

    socket.write(readText());

    await expect(statuses(socket, 1)).resolves.toEqual(["200"]);
  });
});
