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
