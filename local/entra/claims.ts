/** Claims as Entra ID writes them into the tokens of its two versions. */
import { createHash } from "node:crypto";

import { API_CLIENT_ID, API_SCOPE, API_URI, type Principal, TENANT_ID } from "./directory.ts";

export type TokenVersion = "1.0" | "2.0";

export interface Grant {
  readonly principal: Principal;
  /** The application that asked. */
  readonly clientId: string;
  /** As it was asked for: `api://stockroom/.default openid`. */
  readonly scope: string;
  readonly version: TokenVersion;
}

const OPENID_SCOPES: ReadonlySet<string> = new Set([
  "openid",
  "profile",
  "email",
  "offline_access",
]);

interface Asked {
  readonly resource: string;
  readonly scopes: readonly string[];
}

/** `api://stockroom/access_as_user` asks for a scope of a resource; a bare name is one of the API's own. */
const readScope = (scope: string): Asked => {
  const wanted = scope.split(" ").filter((part) => part !== "" && !OPENID_SCOPES.has(part));
  const resources = wanted.filter((part) => part.includes("/"));
  const resource = resources[0]?.slice(0, resources[0].lastIndexOf("/")) ?? API_URI;
  const names = wanted.map((part) => part.slice(part.lastIndexOf("/") + 1));
  const scopes = names.filter((name) => name !== ".default");
  return { resource, scopes: scopes.length > 0 ? scopes : [API_SCOPE] };
};

/** A person has another `sub` at each application. */
const pairwise = (objectId: string, audience: string): string =>
  createHash("sha256").update(`${objectId} ${audience}`).digest("base64url");

const isOwnApi = (resource: string): boolean => resource === API_URI || resource === API_CLIENT_ID;

/** What an access token says beside its issuer and its times. */
export const accessClaims = ({ principal, clientId, scope, version }: Grant) => {
  const { resource, scopes } = readScope(scope);
  const v2Audience = isOwnApi(resource) ? API_CLIENT_ID : resource;
  const client =
    version === "1.0"
      ? { aud: resource, appid: clientId, appidacr: principal.kind === "person" ? "0" : "1" }
      : { aud: v2Audience, azp: clientId, azpacr: principal.kind === "person" ? "0" : "1" };
  const shared = {
    ...client,
    tid: TENANT_ID,
    oid: principal.objectId,
    ver: version,
    ...(principal.roles.length > 0 && isOwnApi(resource) && { roles: principal.roles }),
  };
  if (principal.kind === "service") return { ...shared, sub: principal.objectId };
  const { username, name } = principal;
  return {
    ...shared,
    sub: pairwise(principal.objectId, client.aud),
    name,
    scp: scopes.join(" "),
    ...(version === "1.0"
      ? { unique_name: username, upn: username }
      : { preferred_username: username }),
  };
};

/** What an ID token says to the application that signed a person in. */
export const idClaims = ({ principal, clientId }: Grant) => ({
  aud: clientId,
  tid: TENANT_ID,
  oid: principal.objectId,
  sub: pairwise(principal.objectId, clientId),
  ver: "2.0",
  ...(principal.kind === "person" && {
    name: principal.name,
    preferred_username: principal.username,
  }),
});
