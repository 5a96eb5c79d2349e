import type { HttpResponseInit } from "@azure/functions";
import * as z from "zod";

import { EntraTokenVerifier } from "../../../src/adapters/entra/entra-token-verifier.ts";
import { loadConfig } from "../../../src/config.ts";
import { ROLES } from "../../../src/domain/caller.ts";
import { httpFunction } from "../../../src/functions/edge/http-function.ts";
import type { HttpRoute } from "../../../src/functions/edge/route.ts";
import { type Application, httpRoutes } from "../../../src/functions/register.ts";
import { SAMPLE_SETTINGS, unusableApplication } from "../../helpers/application.ts";
import { badTokens } from "../../helpers/bad-tokens.ts";
import { collectingContext, requestTo } from "../../helpers/invocation.ts";
import {
  type SigningKey,
  type TestIssuer,
  newKey,
  personClaims,
  serviceClaims,
  sign,
  startIssuer,
} from "../../helpers/issuer.ts";

const AUTHORIZATION_URI = "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/authorize";

let known: SigningKey;
let foreign: SigningKey;
let issuer: TestIssuer;
let application: Application;

beforeAll(async () => {
  [known, foreign] = await Promise.all([newKey("known"), newKey("foreign")]);
  issuer = await startIssuer(known);
  const { entra } = loadConfig({ ...SAMPLE_SETTINGS, ENTRA_ISSUER: issuer.issuer });
  const tokens = new EntraTokenVerifier(entra, { fetch, nowMs: Date.now });
  application = unusableApplication({ verifyToken: (token) => tokens.verify(token) });
});

afterAll(() => issuer.stop());

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

interface Seen {
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly challenge: string | undefined;
  readonly bodyRead: boolean;
}

const headersOf = ({ headers }: HttpResponseInit): Headers =>
  new Headers(z.record(z.string(), z.string()).parse(headers ?? {}));

const send = async (route: HttpRoute, token?: string): Promise<Seen> => {
  const { handler } = httpFunction(route, application.edge);
  const request = requestTo(route, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(route.method !== "GET" && { body: "{}" }),
  });
  const response = await handler(request, collectingContext().context);
  if (!z.looseObject({}).safeParse(response).success) throw new Error("There is no answer");
  const init: HttpResponseInit = response ?? {};
  const error = errorSchema.safeParse(init.jsonBody).data?.error;
  return {
    status: init.status,
    code: error?.code ?? "",
    message: error?.message ?? "",
    challenge: headersOf(init).get("www-authenticate") ?? undefined,
    bodyRead: request.bodyUsed,
  };
};

const guarded = (): [string, HttpRoute][] =>
  Object.entries(httpRoutes(application)).filter(([, route]) => route.role !== "anonymous");

const ANONYMOUS = ["healthLive", "healthReady"];

it("lets everybody call what says so, and nothing else", () => {
  const anonymous = Object.entries(httpRoutes(application))
    .filter(([, route]) => route.role === "anonymous")
    .map(([name]) => name);

  expect(anonymous).toStrictEqual(ANONYMOUS);
});

it("answers nobody on any other route, before it reads the body", async () => {
  const seen = await Promise.all(guarded().map(([, route]) => send(route)));

  expect(seen.length).toBeGreaterThan(0);
  for (const answer of seen) {
    expect(answer).toStrictEqual({
      status: 401,
      code: "AuthenticationRequired",
      message: "Send Authorization: Bearer with an access token.",
      challenge: `Bearer realm="stockroom", authorization_uri="${AUTHORIZATION_URI}"`,
      bodyRead: false,
    });
  }
});

it("answers no bad token on any route, before it reads the body", async () => {
  const tokens = Object.entries(await badTokens(issuer.issuer, { known, foreign }));
  const cases = guarded().flatMap(([name, route]) =>
    tokens.map(([what, token]) => ({ name: `${name}, ${what}`, route, token })),
  );

  const seen = await Promise.all(
    cases.map(async ({ name, route, token }) => ({ name, ...(await send(route, token)) })),
  );

  const refused = seen.filter(
    ({ status, code, challenge = "", bodyRead }) =>
      status === 401 &&
      code === "InvalidToken" &&
      challenge.includes(', error="invalid_token", error_description="') &&
      !bodyRead,
  );
  expect(refused.map(({ name }) => name)).toStrictEqual(cases.map(({ name }) => name));
});

const people = (roles: readonly string[]) => sign({ ...personClaims(issuer.issuer), roles }, known);
const services = (roles: readonly string[]) =>
  sign({ ...serviceClaims(issuer.issuer), roles }, known);

it.each([
  ["a person", people],
  ["a service", services],
])("lets %s call what their role is enough for", async (_, tokenWith) => {
  const held = [...ROLES.map((role) => [role]), [], ["Owner"]];
  const cases = guarded().flatMap(([name, route]) => held.map((roles) => ({ name, route, roles })));

  const seen = await Promise.all(
    cases.map(async ({ name, route, roles }) => {
      const { status, code, message, bodyRead } = await send(route, await tokenWith(roles));
      const refused = status === 403 && code === "InsufficientRole" && !bodyRead;
      const names = message.includes(route.role);
      return { name, roles, let: refused && names ? "out" : code };
    }),
  );

  const rank = (role: string | undefined): number => ROLES.findIndex((known_) => known_ === role);
  const wrong = seen.filter(({ name, roles, let: outcome }) => {
    const route = httpRoutes(application)[name];
    const enough = rank(roles[0]) >= rank(route?.role);
    return enough
      ? ["out", "InvalidToken", "AuthenticationRequired"].includes(outcome)
      : outcome !== "out";
  });
  expect(wrong).toStrictEqual([]);
});

it("refuses a header that is no bearer token, and takes the scheme in any case", async () => {
  const [, route] = guarded()[0]!;
  const token = await people(["admin"]);
  const { handler } = httpFunction(route, application.edge);
  const statusFor = async (authorization: string): Promise<unknown> => {
    const request = requestTo(route, { headers: { authorization } });
    const response = await handler(request, collectingContext().context);
    return z.looseObject({ status: z.number() }).parse(response).status;
  };

  const refused = [
    "Basic dTpw",
    "Bearer",
    `Bearer ${token} x`,
    `Token ${token}`,
    `Bearer ${token},${token}`,
  ];

  await expect(Promise.all(refused.map(statusFor))).resolves.toStrictEqual(refused.map(() => 401));
  await expect(statusFor(`bearer  ${token}`)).resolves.not.toBe(401);
});
