/** An issuer that stands in for Entra ID: the same endpoints, tokens of the same shape, no secret asked. */
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";

import { Events, type MutableResponse, OAuth2Service } from "oauth2-mock-server";

import { listeningPort, portInUse } from "../ports.ts";
import type { TokenVersion } from "./claims.ts";
import { TENANT_ID } from "./directory.ts";
import { signInPage } from "./sign-in-page.ts";
import { PersistentIssuer } from "./signing-keys.ts";
import { shapeTokens } from "./token-endpoint.ts";

const HOST = "127.0.0.1";

export interface EntraOptions {
  /** 0 takes any free port. Tokens name it: a restart on another port makes them worthless. */
  readonly port: number;
  /** Where the signing keys are kept, so that tokens survive a restart. */
  readonly dataDir: string;
}

export interface Entra {
  /** As tokens of version 2.0 name it. */
  readonly issuer: string;
  readonly stop: () => Promise<void>;
}

const PATHS = {
  authorize: `/${TENANT_ID}/oauth2/v2.0/authorize`,
  token: `/${TENANT_ID}/oauth2/v2.0/token`,
  tokenV1: `/${TENANT_ID}/oauth2/token`,
  keys: `/${TENANT_ID}/discovery/v2.0/keys`,
  configuration: `/${TENANT_ID}/v2.0/.well-known/openid-configuration`,
  configurationV1: `/${TENANT_ID}/.well-known/openid-configuration`,
  logout: `/${TENANT_ID}/oauth2/v2.0/logout`,
  /** Not Entra ID's: POST makes a new signing key. */
  rotateKeys: "/rotate-keys",
};

const makeService = (issuer: PersistentIssuer): OAuth2Service =>
  new OAuth2Service(issuer, {
    wellKnownDocument: PATHS.configuration,
    token: PATHS.token,
    jwks: PATHS.keys,
    authorize: PATHS.authorize,
    endSession: PATHS.logout,
  });

/** The library writes the endpoints below the issuer; those of Entra ID lie beside it. */
const completeConfiguration = (origin: string, issuer: string) => ({
  issuer,
  token_endpoint: `${origin}${issuer.endsWith("/v2.0") ? PATHS.token : PATHS.tokenV1}`,
  authorization_endpoint: `${origin}${PATHS.authorize}`,
  jwks_uri: `${origin}${PATHS.keys}`,
  end_session_endpoint: `${origin}${PATHS.logout}`,
  token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic", "none"],
  response_types_supported: ["code"],
  response_modes_supported: ["query"],
  grant_types_supported: ["client_credentials", "authorization_code", "refresh_token", "password"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
  code_challenge_methods_supported: ["S256", "plain"],
  scopes_supported: ["openid", "profile", "email", "offline_access"],
});

/** Endpoints of version 1.0 are answered as those of 2.0, and remembered as what they were. */
const makeVersions = () => {
  const asked = new WeakSet<IncomingMessage>();
  const aliases = new Map([
    [PATHS.tokenV1, PATHS.token],
    [PATHS.configurationV1, PATHS.configuration],
  ]);
  return {
    alias: (request: IncomingMessage): void => {
      const [path = "", query] = (request.url ?? "").split("?");
      const target = aliases.get(path);
      if (target === undefined) return;
      asked.add(request);
      request.url = query === undefined ? target : `${target}?${query}`;
    },
    versionOf: (request: IncomingMessage): TokenVersion => (asked.has(request) ? "1.0" : "2.0"),
  };
};

const makeListener =
  (
    service: OAuth2Service,
    {
      origin,
      rotate,
      alias,
    }: {
      readonly origin: string;
      readonly rotate: () => Promise<void>;
      readonly alias: (request: IncomingMessage) => void;
    },
  ) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    alias(request);
    const url = new URL(request.url ?? "/", origin);
    if (
      request.method === "GET" &&
      url.pathname === PATHS.authorize &&
      !url.searchParams.has("login_hint")
    ) {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(signInPage(url));
      return;
    }
    if (request.method === "POST" && url.pathname === PATHS.rotateKeys) {
      void rotate().then(
        () => response.writeHead(204).end(),
        () => response.writeHead(500).end(),
      );
      return;
    }
    service.requestHandler(request, response);
  };

/**
 * Starts the issuer on 127.0.0.1.
 *
 * @throws {Error} that names the port and the variable that changes it when it is in use.
 */
export const startEntra = async ({ port, dataDir }: EntraOptions): Promise<Entra> => {
  const issuer = await PersistentIssuer.open(dataDir);
  const service = makeService(issuer);
  const server = createServer();
  server.listen(port, HOST);
  try {
    await once(server, "listening");
  } catch (error) {
    throw portInUse(error, "ISSUER_PORT");
  }

  const origin = `http://${HOST}:${listeningPort(server)}`;
  const issuerOf = (version: TokenVersion): string =>
    version === "2.0" ? `${origin}/${TENANT_ID}/v2.0` : `${origin}/${TENANT_ID}/`;
  issuer.url = issuerOf("2.0");
  const { alias, versionOf } = makeVersions();
  shapeTokens(service, { issuerOf, versionOf });
  service.on(
    Events.BeforeWellKnownOpenIdConfiguration,
    (response: MutableResponse, request: IncomingMessage) => {
      response.body = completeConfiguration(origin, issuerOf(versionOf(request)));
    },
  );
  server.on("request", makeListener(service, { origin, rotate: () => issuer.rotate(), alias }));

  return {
    issuer: issuer.url,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
