export const ROLES = ["reader", "editor", "admin"] as const;
/** Each may do what those before it may. */
export type Role = (typeof ROLES)[number];

/** Who sent a request. */
export interface Caller {
  /** Stable for one person or service. */
  readonly id: string;
  readonly roles: readonly Role[];
}
