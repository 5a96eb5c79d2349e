import { IncomingMessage } from "node:http";
import { Socket } from "node:net";

import {
  BodyTimeoutError,
  ClientGoneError,
  readBody,
} from "../../../local/functions-host/body-reader.ts";

const request = (): IncomingMessage => new IncomingMessage(new Socket());

it("puts the parts of a body into one place", async () => {
  const message = request();
  message.push("ab");
  message.push("cd");
  message.push(null);

  const body = await readBody(message, 4);

  expect(Buffer.from(body).toString()).toBe("abcd");
});

it("gives up on a client that sends too slowly", async () => {
  jest.useFakeTimers();
  const failure = readBody(request(), 10).catch((error: unknown) => error);

  await jest.advanceTimersByTimeAsync(31_000);

  expect(await failure).toBeInstanceOf(BodyTimeoutError);
  jest.useRealTimers();
});

it("notices a client that left", async () => {
  const message = request();
  const reading = readBody(message, 10);

  message.destroy();

  await expect(reading).rejects.toThrow(ClientGoneError);
});
