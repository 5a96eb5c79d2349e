import { type AuditTrail, type Author, withEntry } from "../audit/audit.ts";
import { type Precondition, allowsAbsence, checkPrecondition } from "../version.ts";
import { ATTEMPTS, absentUser, mayRetry, tooManyWriters } from "./change-user.ts";
import { type UserClaims, claimKeysOf, releaseClaim } from "./user-claims.ts";
import type { User } from "./user.ts";
import type { UserStore } from "./user-store.ts";

export interface DeleteUserDeps {
  readonly users: Pick<UserStore, "find" | "remove">;
  readonly claims: Pick<UserClaims, "store">;
  readonly now: () => Date;
}

export interface UserDeletion {
  readonly id: string;
  readonly author: Author;
  readonly precondition?: Precondition | undefined;
}

/**
 * Deletes a user with all personal data. Succeeds also when there is none, unless a precondition asks
 * for one. The person gets a new record when they sign in again.
 *
 * @throws {AppError} `precondition-failed`; `unavailable` when other writers came between each time.
 */
export type DeleteUser = (deletion: UserDeletion) => Promise<void>;

/** What the person did themselves is told by the id of the record: it stays, and names nobody. */
const withoutPerson = (trail: AuditTrail, { id, subject }: User): AuditTrail =>
  trail.map((entry) => (entry.by.id === subject ? { ...entry, by: { ...entry.by, id } } : entry));

const deleteOnce = async (
  { users, claims, now }: DeleteUserDeps,
  { id, author, precondition }: UserDeletion,
): Promise<"done" | "again"> => {
  const found = await users.find(id);
  if (typeof found === "string") {
    if (allowsAbsence(precondition)) return "done";
    throw absentUser(id, precondition);
  }
  checkPrecondition(found.version, precondition);
  const at = now().toISOString();
  const entry = { at, by: author, action: "deleted", fields: [] } as const;
  try {
    const trail = withEntry(found.value.audit, entry);
    await users.remove(id, found.version, withoutPerson(trail, found.value));
  } catch (error) {
    if (mayRetry(error, precondition)) return "again";
    throw error;
  }
  // A deleted user never holds anything again: its claims can go at any time.
  for (const key of claimKeysOf(found.value)) await releaseClaim(claims, key, id);
  return "done";
};

export const makeDeleteUser =
  (deps: DeleteUserDeps): DeleteUser =>
  async (deletion) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if ((await deleteOnce(deps, deletion)) === "done") return;
    }
    throw tooManyWriters();
  };
