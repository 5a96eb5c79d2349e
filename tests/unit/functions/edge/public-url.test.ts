import { HttpRequest } from "@azure/functions";

import { loadConfig } from "../../../../src/config.ts";
import { noBody } from "../../../../src/functions/edge/body.ts";
import { noParams, noQuery } from "../../../../src/functions/edge/parameters.ts";
import { publicUrl } from "../../../../src/functions/edge/public-url.ts";
import { route } from "../../../../src/functions/edge/route.ts";
import { buildApplication } from "../../../../src/wiring.ts";
import { collectingContext } from "../../../helpers/invocation.ts";
import { SAMPLE_SETTINGS } from "../../../helpers/application.ts";

describe("the URL of a request", () => {
  it.each([
    ["", "http://127.0.0.1:7071/api/products?name=a"],
    ["https://api.contoso.com", "https://api.contoso.com/api/products?name=a"],
    ["https://api.contoso.com:8443", "https://api.contoso.com:8443/api/products?name=a"],
  ])("begins with what clients call the application by: '%s'", (origin, expected) => {
    expect(publicUrl("http://127.0.0.1:7071/api/products?name=a", origin).href).toBe(expected);
  });

  it("is what a route gets, by a setting", async () => {
    const settings = { ...SAMPLE_SETTINGS, PUBLIC_ORIGIN: "https://api.contoso.com" };
    const { edge } = buildApplication(loadConfig(settings));
    const echo = route({
      operation: "Echo_Get",
      summary: "Gives the URL.",
      method: "GET",
      path: "echo",
      role: "anonymous",
      params: noParams,
      query: noQuery,
      body: noBody,
      answers: { 200: null },
      handle: async ({ url }) => ({ status: 200, body: url.href }),
    });
    const request = new HttpRequest({ method: "GET", url: "http://10.0.0.4/echo" });

    const { body } = await echo.respond(request, collectingContext().context, edge);

    expect(body).toBe("https://api.contoso.com/echo");
  });

  it.each(["api.contoso.com", "https://api.contoso.com/", "ftp://x", "https://a@b", "https://a b"])(
    "cannot begin with %s",
    (origin) => {
      expect(() => loadConfig({ ...SAMPLE_SETTINGS, PUBLIC_ORIGIN: origin })).toThrow(
        /PUBLIC_ORIGIN: not http/u,
      );
    },
  );
});
