/** What the library's events decide: whose token it is, what it says, what is refused. */
import { type IncomingMessage } from "node:http";

import {
  Events,
  type MutableRedirectUri,
  type MutableResponse,
  type MutableToken,
  type OAuth2Service,
} from "oauth2-mock-server";
import * as z from "zod";

import { type Grant, type TokenVersion, accessClaims, idClaims } from "./claims.ts";
import { findPerson, findService } from "./directory.ts";

const list = z.string().transform((text) => text.split(",").filter((part) => part !== ""));

const client = {
  scope: z.string().default(""),
  /** Not OAuth: roles and name for this token alone, so that tests and scripts need no directory. */
  roles: list.optional(),
  name: z.string().optional(),
};

const formSchema = z.discriminatedUnion("grant_type", [
  z.object({ grant_type: z.literal("client_credentials"), ...client, client_id: z.string() }),
  z.object({
    grant_type: z.literal("password"),
    ...client,
    client_id: z.string(),
    username: z.string().min(1),
  }),
  z.object({
    grant_type: z.literal("authorization_code"),
    code: z.string(),
    redirect_uri: z.string(),
    code_verifier: z.string().optional(),
  }),
  z.object({ grant_type: z.literal("refresh_token"), refresh_token: z.string() }),
]);

type Form = z.infer<typeof formSchema>;

interface CodeGrant extends Grant {
  readonly redirectUri: string;
  readonly withChallenge: boolean;
}

/** Grants by code or refresh token; the oldest go first. */
class GrantList<T> {
  readonly #grants = new Map<string, T>();
  static readonly MAX_GRANTS = 10_000;

  set(key: string, grant: T): void {
    this.#grants.set(key, grant);
    const oldest = this.#grants.keys().next();
    if (this.#grants.size > GrantList.MAX_GRANTS && !oldest.done) this.#grants.delete(oldest.value);
  }

  get(key: string): T | undefined {
    return this.#grants.get(key);
  }

  /** A code works once. */
  take(key: string): T | undefined {
    const grant = this.#grants.get(key);
    this.#grants.delete(key);
    return grant;
  }
}

/** `client_id` may come by HTTP basic authentication instead; the secret is not looked at. */
const basicClientId = (request: IncomingMessage): string | undefined => {
  const [scheme, credentials = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic") return undefined;
  return decodeURIComponent(Buffer.from(credentials, "base64").toString().split(":")[0] ?? "");
};

type BodyRequest = IncomingMessage & { readonly body?: unknown };

/** Lets the library's endpoints answer as Entra ID does. */
export const shapeTokens = (
  service: OAuth2Service,
  {
    issuerOf,
    versionOf,
  }: {
    readonly issuerOf: (version: TokenVersion) => string;
    readonly versionOf: (request: IncomingMessage) => TokenVersion;
  },
): void => {
  const codes = new GrantList<CodeGrant>();
  const refreshTokens = new GrantList<Grant>();
  const decided = new WeakMap<IncomingMessage, Grant | "refused">();

  const grantOf = (form: Form, version: TokenVersion): Grant | undefined => {
    switch (form.grant_type) {
      case "client_credentials": {
        const { client_id: clientId, scope, roles } = form;
        return { principal: findService(clientId, roles), clientId, scope, version };
      }
      case "password": {
        const { client_id: clientId, scope, username } = form;
        return { principal: findPerson(username, form), clientId, scope, version };
      }
      case "refresh_token":
        return refreshTokens.get(form.refresh_token);
      case "authorization_code": {
        const grant = codes.take(form.code);
        const proven = grant && grant.withChallenge === (form.code_verifier !== undefined);
        return proven && grant.redirectUri === form.redirect_uri
          ? { ...grant, version }
          : undefined;
      }
      default:
        return form satisfies never;
    }
  };

  const decide = (request: BodyRequest): Grant | "refused" => {
    const known = decided.get(request);
    if (known) return known;
    const clientId = basicClientId(request);
    const body = z.record(z.string(), z.unknown()).catch({}).parse(request.body);
    const form = formSchema.safeParse(
      clientId === undefined ? body : { client_id: clientId, ...body },
    );
    const grant = (form.success && grantOf(form.data, versionOf(request))) || "refused";
    decided.set(request, grant);
    return grant;
  };

  service.on(
    Events.BeforeAuthorizeRedirect,
    ({ url }: MutableRedirectUri, request: IncomingMessage) => {
      const query = new URL(request.url ?? "", "http://localhost").searchParams;
      const code = url.searchParams.get("code");
      if (code === null) return;
      codes.set(code, {
        principal: findPerson(query.get("login_hint") ?? ""),
        clientId: query.get("client_id") ?? "",
        scope: query.get("scope") ?? "",
        version: "2.0",
        redirectUri: query.get("redirect_uri") ?? "",
        withChallenge: query.has("code_challenge"),
      });
    },
  );

  service.on(Events.BeforeTokenSigning, (token: MutableToken, request: BodyRequest) => {
    const grant = decide(request);
    if (grant === "refused") return;
    // The library names the application as the audience of an ID token, and none in an access token.
    const { iat, exp, aud, nonce } = token.payload;
    const isIdToken = aud !== undefined && token.payload["scope"] === undefined;
    token.payload = {
      iss: issuerOf(isIdToken ? "2.0" : grant.version),
      iat,
      nbf: iat,
      exp,
      ...(isIdToken
        ? { ...idClaims(grant), ...(nonce !== undefined && { nonce }) }
        : accessClaims(grant)),
    };
  });

  service.on(Events.BeforeResponse, (response: MutableResponse, request: BodyRequest) => {
    const grant = decide(request);
    if (grant === "refused") {
      response.statusCode = 400;
      response.body = {
        error: "invalid_grant",
        error_description: "The code, refresh token or client is not known here.",
      };
      return;
    }
    const body = response.body === "" ? {} : response.body;
    const refreshToken = z.string().safeParse(body["refresh_token"]);
    if (refreshToken.success) refreshTokens.set(refreshToken.data, grant);
    response.body = { ...body, scope: grant.scope, ext_expires_in: body["expires_in"] };
  });
};
