import { EntraTokenVerifier } from "../../../../src/adapters/entra/entra-token-verifier.ts";
import { AppError } from "../../../../src/domain/errors.ts";
import { badTokens } from "../../../helpers/bad-tokens.ts";
import {
  AUDIENCE,
  type SigningKey,
  type TestIssuer,
  newKey,
  personClaims,
  seconds,
  serviceClaims,
  sign,
  startIssuer,
} from "../../../helpers/issuer.ts";

const API_URI = "api://stockroom";
const HOUR_MS = 3_600_000;

let first: SigningKey;
let second: SigningKey;
let foreign: SigningKey;
let issuer: TestIssuer;
let nowMs: number;

beforeAll(async () => {
  [first, second, foreign] = await Promise.all([
    newKey("first"),
    newKey("second"),
    newKey("foreign"),
  ]);
});

beforeEach(async () => {
  issuer = await startIssuer(first);
  nowMs = Date.now();
});

afterEach(() => issuer.stop());

const v1Issuer = (): string => issuer.issuer.replace("v2.0", "");

const newVerifier = (get = fetch): EntraTokenVerifier =>
  new EntraTokenVerifier(
    {
      issuer: issuer.issuer,
      v1Issuer: v1Issuer(),
      audiences: [AUDIENCE, API_URI],
      scope: "access_as_user",
      roleValues: { reader: ["reader"], editor: ["editor", "Stock.Write"], admin: ["admin"] },
    },
    { fetch: get, nowMs: () => nowMs },
  );

const person = () => personClaims(issuer.issuer, nowMs);
const service = () => serviceClaims(issuer.issuer, nowMs);

const codeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return "accepted";
  } catch (error) {
    return error instanceof AppError ? error.code : "failed";
  }
};

describe("a token that is right", () => {
  it("says who a person is", async () => {
    const token = await sign(person(), first);

    const caller = await newVerifier().verify(token);

    expect(caller).toStrictEqual({
      id: "person-1",
      kind: "person",
      roles: ["editor"],
      name: "Ada Lovelace",
      username: "ada@stockroom.example",
    });
  });

  it("says which service it is", async () => {
    const token = await sign(service(), first);

    const caller = await newVerifier().verify(token);

    expect(caller).toMatchObject({ id: "service-1", kind: "service", roles: ["reader"] });
  });

  it("may be of version 1.0", async () => {
    const { azp, preferred_username: upn, ...shared } = person();
    const claims = { ...shared, iss: v1Issuer(), aud: API_URI, ver: "1.0", appid: azp, upn };
    const token = await sign(claims, first);

    const caller = await newVerifier().verify(token);

    expect(caller).toMatchObject({ kind: "person", username: "ada@stockroom.example" });
  });

  it.each(["PS256", "ES256"])("may be signed with %s", async (alg) => {
    const key = await newKey("other", alg);
    issuer.publish(key);

    await expect(newVerifier().verify(await sign(person(), key))).resolves.toBeDefined();
  });

  it("has the roles whose app-role values the settings name, and no others", async () => {
    const token = await sign({ ...person(), roles: ["Stock.Write", "Owner"] }, first);

    const caller = await newVerifier().verify(token);

    expect(caller.roles).toStrictEqual(["editor"]);
  });

  it("may come from a clock that is a minute off", async () => {
    const early = { ...person(), nbf: seconds(nowMs) + 50 };
    const late = { ...person(), exp: seconds(nowMs) - 50 };
    const verifier = newVerifier();

    await expect(verifier.verify(await sign(early, first))).resolves.toBeDefined();
    await expect(verifier.verify(await sign(late, first))).resolves.toBeDefined();
  });
});

describe("a token that is wrong", () => {
  it("is refused, whatever is wrong with it", async () => {
    const verifier = newVerifier();
    const tokens = await badTokens(issuer.issuer, { known: first, foreign });

    const codes = await Promise.all(
      Object.entries(tokens).map(async ([what, token]) => [
        what,
        await codeOf(verifier.verify(token)),
      ]),
    );

    expect(codes).toStrictEqual(Object.keys(tokens).map((what) => [what, "invalid-token"]));
  });

  it("is refused when a person gave it for another use", async () => {
    const token = await sign({ ...person(), scp: "profile" }, first);

    await expect(codeOf(newVerifier().verify(token))).resolves.toBe("insufficient-scope");
  });

  it("is refused under a key that is published for another algorithm or for encryption", async () => {
    const token = await sign(person(), first);
    issuer.publish({ ...first, publicJwk: { ...first.publicJwk, alg: "PS256" } });
    const otherAlgorithm = await codeOf(newVerifier().verify(token));
    issuer.publish({ ...first, publicJwk: { ...first.publicJwk, use: "enc" } });

    const encryption = await codeOf(newVerifier().verify(token));

    expect([otherAlgorithm, encryption]).toStrictEqual(["invalid-token", "invalid-token"]);
  });

  it("does not make the keys be fetched more than a few times, 10,000 in a row", async () => {
    const verifier = newVerifier();
    const good = await sign(person(), first);
    const [, payload = "", signature = ""] = good.split(".");
    const junk = (index: number): string => {
      const header = JSON.stringify({ alg: "RS256", kid: `junk-${index}` });
      return `${Buffer.from(header).toString("base64url")}.${payload}.${signature}`;
    };

    for (let index = 0; index < 10_000; index += 1) {
      await verifier.verify(junk(index)).catch(() => undefined);
    }

    expect(issuer.keyFetches()).toBeLessThanOrEqual(4);
    await expect(verifier.verify(good)).resolves.toBeDefined();
  });
});

describe("a token that was seen before", () => {
  it("is known without looking at its signature until it expires", async () => {
    const verifier = newVerifier();
    const token = await sign(person(), first);
    const caller = await verifier.verify(token);

    await expect(verifier.verify(token)).resolves.toBe(caller);
    nowMs += HOUR_MS + 61_000;
    await expect(codeOf(verifier.verify(token))).resolves.toBe("invalid-token");
  });

  it("is looked at again once its key is withdrawn", async () => {
    const verifier = newVerifier();
    const old = await sign(person(), first);
    await verifier.verify(old);
    issuer.publish(second);
    await verifier.verify(await sign(person(), second));

    await expect(codeOf(verifier.verify(old))).resolves.toBe("invalid-token");
  });
});

describe("a token whose key is withdrawn while it is looked at", () => {
  it("is not remembered", async () => {
    let published = first;
    // Answers at once, before a key that was found has been read.
    const keysAtOnce: typeof fetch = async (url) =>
      Response.json(
        new Request(url).url.endsWith("/keys")
          ? { keys: [published.publicJwk] }
          : { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/keys` },
      );
    const verifier = newVerifier(keysAtOnce);
    const old = await sign(person(), first);
    const current = await sign(person(), second);
    const looking = verifier.verify(old);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();

    published = second;
    await Promise.all([looking, verifier.verify(current)]);

    await expect(codeOf(verifier.verify(old))).resolves.toBe("invalid-token");
  });
});

describe("the keys", () => {
  it("are fetched once for many requests at once", async () => {
    const verifier = newVerifier();
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => sign({ ...person(), jti: `${index}` }, first)),
    );

    await Promise.all(tokens.map((token) => verifier.verify(token)));

    expect(issuer.keyFetches()).toBe(1);
  });

  it("are fetched again when a token names a new one", async () => {
    const verifier = newVerifier();
    await verifier.verify(await sign(person(), first));
    issuer.publish(first, second);

    await expect(verifier.verify(await sign(person(), second))).resolves.toBeDefined();
    await expect(
      verifier.verify(await sign({ ...person(), jti: "2" }, first)),
    ).resolves.toBeDefined();
  });

  it("stay in use when the issuer cannot be reached", async () => {
    const verifier = newVerifier();
    await verifier.verify(await sign(person(), first));
    await issuer.stop();
    nowMs += 2 * 24 * HOUR_MS;

    const known = verifier.verify(await sign(person(), first));
    const unknown = codeOf(verifier.verify(await sign(person(), second)));

    await expect(known).resolves.toBeDefined();
    await expect(unknown).resolves.toBe("invalid-token");
    issuer = await startIssuer(first);
  });

  it("that cannot be had at first make requests wait for later, not fail for good", async () => {
    const verifier = newVerifier();
    const token = await sign(person(), first);
    issuer.answerWith(500);
    const refused = await codeOf(verifier.verify(token));
    issuer.answerWith(200);
    nowMs += 1_000;

    await expect(verifier.verify(token)).resolves.toBeDefined();
    expect(refused).toBe("unavailable");
  });

  it("are fetched again when a token names a new one, though the clock was put back", async () => {
    const verifier = newVerifier();
    await verifier.verify(await sign(person(), first));
    for (const kid of ["a", "b", "c", "d"]) {
      await codeOf(verifier.verify(await sign(person(), { ...foreign, kid })));
    }
    nowMs -= HOUR_MS / 2;
    issuer.publish(first, second);

    await expect(verifier.verify(await sign(person(), second))).resolves.toBeDefined();
  });

  it("are asked for again at once when the clock was put back after a failure", async () => {
    const verifier = newVerifier();
    issuer.answerWith(500);
    await codeOf(verifier.verify(await sign(person(), first)));
    issuer.answerWith(200);
    nowMs -= HOUR_MS / 2;

    await expect(verifier.verify(await sign(person(), first))).resolves.toBeDefined();
  });
});
