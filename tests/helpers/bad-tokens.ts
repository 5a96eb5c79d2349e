import { createHmac } from "node:crypto";

import { type JWTPayload, base64url } from "jose";

import { type SigningKey, personClaims, seconds, sign } from "./issuer.ts";

const encode = (value: unknown): string => base64url.encode(JSON.stringify(value));

const SKEW_SECONDS = 60;

/** Everything that is wrong with a token in one way, by what is wrong. */
export const badTokens = async (
  issuer: string,
  { known, foreign }: { readonly known: SigningKey; readonly foreign: SigningKey },
): Promise<Readonly<Record<string, string>>> => {
  const claims = personClaims(issuer);
  const now = seconds(Date.now());
  const good = await sign(claims, known);
  const [header = "", payload = "", signature = ""] = good.split(".");
  const changed = (change: JWTPayload): Promise<string> => sign({ ...claims, ...change }, known);
  const without = (...names: readonly string[]): Promise<string> =>
    sign(
      Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name))),
      known,
    );
  const unsigned = { typ: "JWT", kid: known.kid };
  const confused = `${encode({ ...unsigned, alg: "HS256" })}.${payload}`;
  const publicKey = JSON.stringify(known.publicJwk);
  const hmac = createHmac("sha256", publicKey).update(confused).digest("base64url");

  return {
    expired: await changed({ exp: now - SKEW_SECONDS - 5, nbf: now - 7_200 }),
    "not yet valid": await changed({ nbf: now + SKEW_SECONDS + 60 }),
    "without expiry": await without("exp"),
    "of another issuer": await changed({ iss: "https://login.example/other/v2.0" }),
    "for another audience": await changed({ aud: "api://other" }),
    "without audience": await without("aud"),
    unsigned: `${encode({ ...unsigned, alg: "none" })}.${payload}.`,
    "unsigned, with a signature": `${encode({ ...unsigned, alg: "none" })}.${payload}.${signature}`,
    "with its alg swapped": `${encode({ ...unsigned, alg: "PS256" })}.${payload}.${signature}`,
    "with the public key as a secret": `${confused}.${hmac}`,
    "with its claims tampered": `${header}.${encode({ ...claims, roles: ["admin"] })}.${signature}`,
    "with its signature cut": `${header}.${payload}.${signature.slice(0, -8)}`,
    "without a signature": `${header}.${payload}`,
    "with a wrong key id": await sign(claims, known, { kid: "no-such-key" }),
    "without a key id": await sign(claims, { ...known, kid: "" }),
    "signed by a foreign key": await sign(claims, { ...foreign, kid: known.kid }),
    "with a key of its own": await sign(claims, foreign, { jwk: foreign.publicJwk }),
    "with an unknown critical header": `${encode({ ...unsigned, alg: "RS256", crit: ["x"], x: 1 })}.${payload}.${signature}`,
    oversized: await changed({ padding: "x".repeat(20_000) }),
    "an ID token": await without("azp", "scp"),
    "without a scope or a service's subject": await without("scp"),
    "no token at all": "not-a-token",
    "three empty parts": "..",
    "with claims that are no object": `${header}.${encode("text")}.${signature}`,
  };
};
