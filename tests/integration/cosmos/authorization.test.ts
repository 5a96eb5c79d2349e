import { CosmosClient } from "@azure/cosmos";

import { failureOf, startLocalCosmos, type LocalCosmos } from "../../helpers/cosmos.ts";
import { authorizationFor, send } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
  await cosmos.database.containers.create({ id: "c", partitionKey: { paths: ["/pk"] } });
});
afterAll(async () => {
  await cosmos.stop();
});

const OTHER_KEY = Buffer.from("another key").toString("base64");

const minutesAgo = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toUTCString();

describe("a request", () => {
  it("is refused with another account's key", async () => {
    const client = new CosmosClient({ endpoint: cosmos.server.endpoint, key: OTHER_KEY });

    const failure = await failureOf(client.database("tests").read());
    client.dispose();

    expect(failure.code).toBe(401);
  });

  it("is refused with a token of Entra ID, and told what to use", async () => {
    const client = new CosmosClient({
      endpoint: cosmos.server.endpoint,
      tokenProvider: async () => "type=aad&ver=1.0&sig=header.claims.signature",
    });

    const failure = await failureOf(client.database("tests").read());
    client.dispose();

    expect(failure.code).toBe(401);
    expect(failure.message).toContain("use the account's key");
  });

  it.each([
    ["without authorization", ""],
    ["with a malformed token", "Bearer abc"],
    ["with a token that is not correctly encoded", "type%3dmaster%26ver%3d1.0%26sig%3d%"],
    ["with a token of an unknown kind", encodeURIComponent("type=guest&ver=1.0&sig=abc")],
    ["with a signature that is no base64", encodeURIComponent("type=master&ver=1.0&sig=!!!")],
    ["with an empty signature", encodeURIComponent("type=master&ver=1.0&sig=")],
  ])("is 401 %s", async (_what, authorization) => {
    const { status, json } = await send(cosmos.server, {
      path: ["dbs", "tests"],
      headers: { authorization },
    });

    expect(status).toBe(401);
    expect(json).toMatchObject({ code: "Unauthorized" });
  });

  it("is 401 when it was signed for another resource, type or method", async () => {
    const date = minutesAgo(0);
    const path = ["dbs", "tests", "colls", "c"];
    const signed = [
      { path: ["dbs", "tests", "colls", "d"] },
      { path: ["dbs", "tests", "colls"] },
      { path, method: "DELETE" },
      { path: ["dbs", "Tests", "colls", "c"] },
    ];

    const answers = await Promise.all(
      signed.map(async (other) =>
        send(cosmos.server, {
          path,
          headers: {
            "x-ms-date": date,
            authorization: authorizationFor(cosmos.server.key, other, date),
          },
        }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  it("is 401 when its date is not the one that was signed", async () => {
    const path = ["dbs", "tests"];

    const { status } = await send(cosmos.server, {
      path,
      headers: {
        "x-ms-date": minutesAgo(1),
        authorization: authorizationFor(cosmos.server.key, { path }, minutesAgo(2)),
      },
    });

    expect(status).toBe(401);
  });

  it.each([
    [20, 403],
    [14, 200],
    [-14, 200],
    [-20, 403],
  ])("signed %d minutes ago is %d", async (minutes, expected) => {
    const path = ["dbs", "tests"];
    const date = minutesAgo(minutes);

    const { status } = await send(cosmos.server, {
      path,
      headers: {
        "x-ms-date": date,
        authorization: authorizationFor(cosmos.server.key, { path }, date),
      },
    });

    expect(status).toBe(expected);
  });

  it("may have its signature percent-encoded with lower-case digits, or not at all", async () => {
    const path = ["dbs", "tests"];
    const date = minutesAgo(0);
    const upper = authorizationFor(cosmos.server.key, { path }, date);
    const lower = upper.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase());

    const answers = await Promise.all(
      [upper, lower, decodeURIComponent(upper)].map(async (authorization) =>
        send(cosmos.server, { path, headers: { "x-ms-date": date, authorization } }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("by resource id is signed over the lower-case id of the owner alone, as .NET does", async () => {
    const { resource: database } = await cosmos.database.read();
    const { resource: container } = await cosmos.database.container("c").read();
    const path = ["dbs", String(database?._rid), "colls", String(container?._rid), "pkranges"];
    const date = minutesAgo(0);
    const link = String(container?._rid).toLowerCase();

    const { status } = await send(cosmos.server, {
      path,
      headers: {
        "x-ms-date": date,
        authorization: authorizationFor(cosmos.server.key, { path, link }, date),
      },
    });

    expect(status).toBe(200);
  });

  it("is checked before anything is told of what exists", async () => {
    const { status } = await send(cosmos.server, {
      path: ["dbs", "absent"],
      headers: { authorization: "" },
    });

    expect(status).toBe(401);
  });
});
