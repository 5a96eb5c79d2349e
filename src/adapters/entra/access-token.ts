import * as z from "zod";

import type { Role } from "../../domain/caller.ts";

/** What both versions of Entra's access tokens say, as far as it matters here. */
const claimsSchema = z.object({
  exp: z.number(),
  oid: z.string().min(1).max(128),
  sub: z.string(),
  /** The application that asked: version 2.0, and 1.0. An ID token has neither. */
  azp: z.string().optional(),
  appid: z.string().optional(),
  idtyp: z.string().optional(),
  /** Scopes, parted by blanks. Only tokens of people have them. */
  scp: z.string().optional(),
  roles: z.array(z.string()).default([]),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  upn: z.string().optional(),
  unique_name: z.string().optional(),
});

export interface AccessToken {
  readonly expiresAtMs: number;
  readonly id: string;
  readonly kind: "person" | "service";
  readonly scopes: readonly string[];
  readonly roles: readonly Role[];
  readonly name: string | undefined;
  readonly username: string | undefined;
}

export type RoleValues = Readonly<Record<Role, readonly string[]>>;

const SECOND_MS = 1_000;

/** @returns undefined for a token that is not an access token, such as an ID token. */
export const readClaims = (payload: unknown, roleValues: RoleValues): AccessToken | undefined => {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success || (claims.data.azp ?? claims.data.appid) === undefined) return undefined;
  const { exp, oid, sub, idtyp, scp, name, preferred_username, upn, unique_name } = claims.data;
  const isService = scp === undefined;
  // A service speaks for itself alone: what has no scope and another subject is no token for an API.
  if (isService && idtyp !== "app" && sub !== oid) return undefined;
  const roles = ROLE_NAMES.filter((role) =>
    roleValues[role].some((value) => claims.data.roles.includes(value)),
  );
  return {
    expiresAtMs: exp * SECOND_MS,
    id: oid,
    kind: isService ? "service" : "person",
    scopes: scp?.split(" ") ?? [],
    roles,
    name,
    username: preferred_username ?? upn ?? unique_name,
  };
};

const ROLE_NAMES = ["reader", "editor", "admin"] as const satisfies readonly Role[];
