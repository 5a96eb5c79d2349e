import { HttpRequest } from "@azure/functions";

import { bytes, json, noBody, readBody } from "../../../../src/functions/edge/body.ts";

const request = (headers: Record<string, string>, body = "{}"): HttpRequest =>
  new HttpRequest({
    method: "POST",
    url: "http://localhost/api/products",
    headers,
    body: { string: body },
  });
const JSON_TYPE = { "content-type": "application/json" };
const anyJson = json((value) => value);

describe("the body of a request", () => {
  it.each(["", "identity", " Identity "])("is read with content-encoding '%s'", async (coding) => {
    const { body } = await readBody(request({ ...JSON_TYPE, "content-encoding": coding }), anyJson);

    expect(body).toEqual({});
  });

  it.each([
    ["JSON", anyJson],
    ["a file", bytes(10)],
  ])("is refused with a content-encoding that is not undone: %s", async (_what, reader) => {
    const reading = readBody<unknown>(
      request({ ...JSON_TYPE, "content-encoding": "gzip" }),
      reader,
    );

    await expect(reading).rejects.toMatchObject({ code: "unsupported-media-type" });
  });

  it("must have a length", async () => {
    const reading = readBody(request({ ...JSON_TYPE, "transfer-encoding": "chunked" }), anyJson);

    await expect(reading).rejects.toMatchObject({ code: "length-required" });
  });

  it("is ignored by a route that reads none, whatever it is", async () => {
    const headers = { "transfer-encoding": "chunked", "content-encoding": "gzip" };

    await expect(readBody(request(headers, "x"), noBody)).resolves.toEqual({
      body: undefined,
      content: new Uint8Array(),
    });
  });
});
