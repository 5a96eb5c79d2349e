import type { AuditTrail } from "../audit/audit.ts";
import { type Caller, hasRole } from "../caller.ts";
import { AppError } from "../errors.ts";
import type { Versioned } from "../version.ts";
import type { User } from "./user.ts";
import type { UserStore } from "./user-store.ts";

export const userNotFound = (id: string): AppError =>
  new AppError("user-not-found", `There is no user ${id}.`);

/** One's own user, or any for an admin. What is not there and what is another's look the same. */
export const checkMayAccess = (
  found: Versioned<User> | "absent" | "gone",
  caller: Caller,
): void => {
  if (hasRole(caller, "admin")) return;
  const own =
    typeof found !== "string" && caller.kind === "person" && found.value.subject === caller.id;
  if (!own) throw new AppError("insufficient-role", "Other people's records need the role admin.");
};

/** @throws {AppError} `insufficient-role` for another's; `user-not-found` for an admin. */
export type GetUser = (id: string, caller: Caller) => Promise<Versioned<User>>;

export const makeGetUser =
  (users: Pick<UserStore, "find">): GetUser =>
  async (id, caller) => {
    const found = await users.find(id);
    checkMayAccess(found, caller);
    if (typeof found === "string") throw userNotFound(id);
    return found;
  };

export type ListUsers = UserStore["list"];

/** @throws {AppError} `user-not-found` when there is no trail of it, or no longer. */
export type GetUserAudit = (id: string) => Promise<AuditTrail>;

export const makeGetUserAudit =
  (users: Pick<UserStore, "audit">): GetUserAudit =>
  async (id) => {
    const trail = await users.audit(id);
    if (!trail) throw userNotFound(id);
    return trail;
  };
