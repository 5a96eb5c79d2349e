/**
 * Auth: what the check of a token adds to a request, for a token that has been seen and for one that
 * has not, beside the same route without the check and beside `jwtVerify` of jose alone.
 */
import { HttpRequest, InvocationContext } from "@azure/functions";
import { SignJWT, exportJWK, generateKeyPair, jwtVerify } from "jose";
import * as z from "zod";

import { EntraTokenVerifier } from "../src/adapters/entra/entra-token-verifier.ts";
import type { Role } from "../src/domain/caller.ts";
import { noBody } from "../src/functions/edge/body.ts";
import type { Edge } from "../src/functions/edge/declaration.ts";
import { httpFunction } from "../src/functions/edge/http-function.ts";
import { noParams, noQuery } from "../src/functions/edge/parameters.ts";
import { route } from "../src/functions/edge/route.ts";
import { inRounds, median } from "./rounds.ts";

const ROUNDS = 15;
const REQUESTS = 200;
const ISSUER = "https://login.example/tenant-1/v2.0";
const AUDIENCE = "stockroom-api";

const { privateKey, publicKey } = await generateKeyPair("RS256");
const jwk = { ...(await exportJWK(publicKey)), kid: "key-1", use: "sig" };

/** Answers as the issuer does, without a network. */
const issuer: typeof fetch = (input) =>
  Promise.resolve(
    Response.json(
      input === `${ISSUER}/.well-known/openid-configuration`
        ? { issuer: ISSUER, jwks_uri: "https://login.example/keys" }
        : { keys: [jwk] },
    ),
  );

const tokens = new EntraTokenVerifier(
  {
    issuer: ISSUER,
    v1Issuer: ISSUER,
    audiences: [AUDIENCE],
    scope: "access_as_user",
    roleValues: { reader: ["reader"], editor: ["editor"], admin: ["admin"] },
  },
  { fetch: issuer, nowMs: Date.now },
);

const edge: Edge = {
  verifyToken: (token) => tokens.verify(token),
  authorizationUri: ISSUER,
  publicOrigin: "",
  answerOnce: (_, work) => work("id"),
  newId: () => "id",
};

let signed = 0;
const newToken = (): Promise<string> => {
  signed += 1;
  const claims = { oid: "person-1", azp: "console", scp: "access_as_user", roles: ["reader"] };
  return new SignJWT({ ...claims, uti: String(signed) })
    .setProtectedHeader({ alg: "RS256", kid: "key-1" })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject("pairwise")
    .setExpirationTime("1h")
    .sign(privateKey);
};

const handlerFor = (role: Role | "anonymous") =>
  httpFunction(
    route({
      operation: "Bench_Get",
      summary: "Answers.",
      method: "GET",
      path: "bench",
      role,
      params: noParams,
      query: noQuery,
      body: noBody,
      answers: { 200: z.object({}) },
      handle: () => Promise.resolve({ status: 200, body: {} }),
    }),
    edge,
  ).handler;

const context = new InvocationContext({
  functionName: "bench",
  invocationId: "1",
  logHandler: () => undefined,
});

const statusSchema = z.looseObject({ status: z.literal(200) });

/** The median of how long each call takes, in milliseconds. */
const timed = async (
  given: readonly string[],
  call: (token: string) => Promise<unknown>,
): Promise<number> => {
  const times: number[] = [];
  for (const token of given) {
    const startedMs = performance.now();
    await call(token);
    times.push(performance.now() - startedMs);
  }
  return median(times);
};

const requests = (role: Role | "anonymous") => {
  const handler = handlerFor(role);
  return async (token: string): Promise<void> => {
    const headers = { authorization: `Bearer ${token}` };
    const request = new HttpRequest({ method: "GET", url: "http://localhost/bench", headers });
    statusSchema.parse(await handler(request, context));
  };
};

const newTokens = (): Promise<string[]> => Promise.all(Array.from({ length: REQUESTS }, newToken));
const seen = Array.from({ length: REQUESTS }, () => "");
seen.fill(await newToken());

const times = await inRounds(ROUNDS, {
  unchecked: () => timed(seen, requests("anonymous")),
  seen: () => timed(seen, requests("reader")),
  unseen: async () => timed(await newTokens(), requests("reader")),
  jose: async () =>
    timed(await newTokens(), (token) =>
      jwtVerify(token, publicKey, { issuer: ISSUER, audience: AUDIENCE }),
    ),
});
const p50 = (name: string): number => median(times(name));
const show = (ms: number): string => ms.toFixed(3).padStart(8);
for (const name of ["unchecked", "seen", "unseen", "jose"]) {
  console.log(`${name.padEnd(10)}${show(p50(name))} ms p50 (median of ${ROUNDS} rounds)`);
}
console.log(`a seen token adds  ${show(p50("seen") - p50("unchecked"))} ms   (at most 0.1)`);
console.log(`a new token adds   ${show(p50("unseen") - p50("unchecked"))} ms   (at most 1)`);
console.log(`  of which jose    ${show(p50("jose"))} ms`);
