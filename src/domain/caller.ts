/** From the least to the most; each may do what those before it may. */
export const ROLES = ["reader", "editor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Who sent a request. */
export interface Caller {
  /** Stable for one person or service. */
  readonly id: string;
  /** `nobody`: the request came without a token, on a route that asks for none. */
  readonly kind: "person" | "service" | "nobody";
  readonly roles: readonly Role[];
  /** As the token says; may be missing, and is not unique. */
  readonly name?: string | undefined;
  /** What a person signs in with; most often an e-mail address. */
  readonly username?: string | undefined;
}

/**
 * Finds out who a token stands for.
 *
 * @throws {AppError} `invalid-token`, `insufficient-scope`; `unavailable` when that cannot be known now.
 */
export type VerifyToken = (token: string) => Promise<Caller>;

export const hasRole = ({ roles }: Pick<Caller, "roles">, role: Role): boolean =>
  roles.some((held) => ROLES.indexOf(held) >= ROLES.indexOf(role));
