import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import * as client from "openid-client";

import { fetchToken } from "../../../local/entra/fetch-token.ts";
import { type LocalAzureProgram, startLocalAzure } from "../../helpers/local-azure.ts";
import { temporaryFolder } from "../../helpers/program.ts";

const REDIRECT_URI = "http://localhost:9/callback";
const API = "5b0d5e8e-93a4-4a7e-8f39-0d4e6f1c2a11";

let folder: { path: string; remove: () => Promise<void> };
let azure: LocalAzureProgram;
let issuer: URL;

beforeAll(async () => {
  folder = await temporaryFolder();
  azure = await startLocalAzure({ dataDir: folder.path, services: "entra" });
  issuer = new URL(azure.endpoints["issuer"]!);
});

afterAll(async () => {
  await azure.stop();
  await folder.remove();
});

const discover = (clientId: string, secret?: string): Promise<client.Configuration> =>
  client.discovery(issuer, clientId, secret, undefined, {
    execute: [client.allowInsecureRequests],
  });

const verify = async (token: string, audience: string) => {
  const keys = new URL(issuer.href.replace("/v2.0", "/discovery/v2.0/keys"));
  const { payload } = await jwtVerify(token, createRemoteJWKSet(keys), { audience });
  return payload;
};

/** Goes the way of a browser: the page, the link of a person, the redirect. */
const signInAs = async (name: string, authorize: URL): Promise<URL> => {
  const page = await (await fetch(authorize)).text();
  const link = page.split("<li>").find((item) => item.includes(name))!;
  const href = /href="(?<href>[^"]+)"/u.exec(link)!.groups!["href"]!.replaceAll("&amp;", "&");
  const chosen = await fetch(new URL(href, issuer), { redirect: "manual" });
  return new URL(chosen.headers.get("location")!);
};

const authorizeUrl = async (config: client.Configuration, verifier: string): Promise<URL> =>
  client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: "openid profile offline_access api://stockroom/access_as_user",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: "state-1",
    nonce: "nonce-1",
  });

const checks = (pkceCodeVerifier: string) => ({
  pkceCodeVerifier,
  expectedState: "state-1",
  expectedNonce: "nonce-1",
});

it("gives a service a token with its roles by client credentials", async () => {
  const config = await discover("editor-service", "any");

  const answer = await client.clientCredentialsGrant(config, { scope: "api://stockroom/.default" });

  const claims = await verify(answer.access_token, API);
  expect(claims).toMatchObject({
    iss: issuer.href,
    azp: "editor-service",
    roles: ["editor"],
    ver: "2.0",
    sub: claims["oid"],
  });
  expect(claims).not.toHaveProperty("scp");
});

it("names another resource as the audience when the scope asks for one", async () => {
  const config = await discover("editor-service", "any");

  const answer = await client.clientCredentialsGrant(config, { scope: "api://other/.default" });

  const claims = await verify(answer.access_token, "api://other");
  expect(claims).not.toHaveProperty("roles");
});

it("signs a person in by authorization code with PKCE", async () => {
  const config = await discover("console");
  const verifier = client.randomPKCECodeVerifier();
  const callback = await signInAs("Edith Editor", await authorizeUrl(config, verifier));

  const answer = await client.authorizationCodeGrant(config, callback, checks(verifier));

  expect(await verify(answer.access_token, API)).toMatchObject({
    name: "Edith Editor",
    preferred_username: "edith@stockroom.example",
    roles: ["editor"],
    scp: "access_as_user",
    azp: "console",
  });
  expect(answer.claims()).toMatchObject({ aud: "console", name: "Edith Editor" });
});

it("takes a code once, and only with its verifier", async () => {
  const config = await discover("console");
  const verifier = client.randomPKCECodeVerifier();
  const used = await signInAs("Rita Reader", await authorizeUrl(config, verifier));
  await client.authorizationCodeGrant(config, used, checks(verifier));
  const other = await signInAs("Rita Reader", await authorizeUrl(config, verifier));

  const again = client.authorizationCodeGrant(config, used, checks(verifier));
  const unproven = client.authorizationCodeGrant(
    config,
    other,
    checks(client.randomPKCECodeVerifier()),
  );

  await expect(again).rejects.toThrow("unexpected response content-type");
  await expect(unproven).rejects.toThrow("unexpected response content-type");
});

it("renews a person's token by a refresh token", async () => {
  const config = await discover("console");
  const verifier = client.randomPKCECodeVerifier();
  const callback = await signInAs("Adam Admin", await authorizeUrl(config, verifier));
  const first = await client.authorizationCodeGrant(config, callback, checks(verifier));

  const renewed = await client.refreshTokenGrant(config, first.refresh_token!);

  expect(await verify(renewed.access_token, API)).toMatchObject({ roles: ["admin"] });
  await expect(client.refreshTokenGrant(config, "made-up")).rejects.toMatchObject({
    error: "invalid_grant",
  });
});

it("writes tokens of version 1.0 where they are asked for", async () => {
  const token = await fetchToken(issuer.origin, {
    roles: ["reader"],
    name: "Ada Lovelace",
    version: "1.0",
  });

  expect(await verify(token, "api://stockroom")).toMatchObject({
    iss: issuer.href.replace("/v2.0", "/"),
    appid: "stockroom-cli",
    unique_name: "ada.lovelace@stockroom.example",
    ver: "1.0",
  });
});

it("keeps its keys when it is killed, and adds one when told to rotate", async () => {
  const before = await fetchToken(issuer.origin, { roles: [] });
  await azure.kill();
  azure = await startLocalAzure({
    dataDir: folder.path,
    services: "entra",
    ports: { ISSUER_PORT: issuer.port },
  });

  await fetch(new URL("/rotate-keys", issuer), { method: "POST" });

  const after = await fetchToken(issuer.origin, { roles: [] });
  await expect(verify(before, API)).resolves.toBeDefined();
  await expect(verify(after, API)).resolves.toBeDefined();
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
});

it("says what to start when the issuer does not run", async () => {
  await expect(fetchToken("http://127.0.0.1:9", { roles: [] })).rejects.toThrow("npm run azure");
});
