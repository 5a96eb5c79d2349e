/** An issuer of tokens whose every fault a test can make. */
import { once } from "node:events";
import { type Server, createServer } from "node:http";

import {
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  exportJWK,
  generateKeyPair,
} from "jose";

import { listeningPort } from "../../local/ports.ts";

export const AUDIENCE = "stockroom-api";

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export const newKey = async (kid: string, alg = "RS256"): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, use: "sig" } };
};

export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

/** The claims of a person's access token, version 2.0. */
export const personClaims = (issuer: string, nowMs = Date.now()): JWTPayload => ({
  iss: issuer,
  aud: AUDIENCE,
  oid: "person-1",
  sub: "pairwise-1",
  azp: "console",
  scp: "access_as_user",
  name: "Ada Lovelace",
  preferred_username: "ada@stockroom.example",
  roles: ["editor"],
  ver: "2.0",
  iat: seconds(nowMs),
  nbf: seconds(nowMs),
  exp: seconds(nowMs) + 3_600,
});

/** The claims of a service's access token, version 2.0. */
export const serviceClaims = (issuer: string, nowMs = Date.now()): JWTPayload => ({
  iss: issuer,
  aud: AUDIENCE,
  oid: "service-1",
  sub: "service-1",
  azp: "billing",
  roles: ["reader"],
  ver: "2.0",
  iat: seconds(nowMs),
  nbf: seconds(nowMs),
  exp: seconds(nowMs) + 3_600,
});

export const sign = (
  claims: JWTPayload,
  key: SigningKey,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ typ: "JWT", kid: key.kid, ...header, alg: key.alg })
    .sign(key.privateKey);

export interface TestIssuer {
  readonly issuer: string;
  /** How often the keys were fetched. */
  readonly keyFetches: () => number;
  /** What it publishes from now on. */
  readonly publish: (...keys: readonly SigningKey[]) => void;
  /** From now on it answers with this status; 200 for as it should be. */
  readonly answerWith: (status: number) => void;
  readonly stop: () => Promise<void>;
}

const listen = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return listeningPort(server);
};

/** Serves an OpenID configuration and keys on a free port. */
export const startIssuer = async (...first: readonly SigningKey[]): Promise<TestIssuer> => {
  let published = first;
  let status = 200;
  let keyFetches = 0;
  let issuer = "";
  const server = createServer((request, response) => {
    const isKeys = request.url === "/keys";
    if (isKeys) keyFetches += 1;
    const body = isKeys
      ? { keys: published.map((key) => key.publicJwk) }
      : { issuer, jwks_uri: `${issuer.replace("/v2.0", "")}/keys` };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  issuer = `http://127.0.0.1:${await listen(server)}/v2.0`;
  return {
    issuer,
    keyFetches: () => keyFetches,
    publish: (...keys) => (published = keys),
    answerWith: (next) => (status = next),
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
