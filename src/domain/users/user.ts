import type { AuditTrail } from "../audit/audit.ts";

/** What people decide about a user. */
export interface UserInput {
  readonly name: string;
  /** Absent when somebody signed in whose address another user has already. */
  readonly email?: string | undefined;
  /** BCP 47, canonical. */
  readonly locale?: string | undefined;
}

export interface User extends UserInput {
  /** UUID version 7, made by the server. */
  readonly id: string;
  /** Who signs in as this user: the object id in the directory. Absent until they first do. */
  readonly subject?: string | undefined;
  /** RFC 3339 instants, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly audit: AuditTrail;
}
