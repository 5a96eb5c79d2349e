import { type Author, changedFields, withEntry } from "../audit/audit.ts";
import type { Caller } from "../caller.ts";
import { AppError, isAppError } from "../errors.ts";
import { type Precondition, type Versioned, allowsAbsence, checkPrecondition } from "../version.ts";
import { emailInUse } from "./create-user.ts";
import { checkMayAccess, userNotFound } from "./read-users.ts";
import type { User, UserInput } from "./user.ts";
import { type UserClaims, emailClaimKey } from "./user-claims.ts";
import type { UserStore } from "./user-store.ts";

export interface ChangeUserDeps {
  readonly users: Pick<UserStore, "find" | "replace">;
  readonly claims: UserClaims;
  readonly now: () => Date;
}

export interface UserChange {
  readonly id: string;
  readonly caller: Caller;
  readonly author: Author;
  readonly precondition?: Precondition | undefined;
  /** Computes the new input from the stored user; called again when another writer came between. */
  readonly change: (current: User) => UserInput;
}

/**
 * Changes what people decide about a user and keeps the rest.
 *
 * @throws {AppError} `insufficient-role` for another's; `user-not-found`; `precondition-failed`;
 *   `email-in-use`; `unavailable` when other writers came between each time.
 */
export type ChangeUser = (change: UserChange) => Promise<Versioned<User>>;

export const ATTEMPTS = 10;

/** Nothing is there to match: `If-Match` fails, a plain request finds nothing. */
export const absentUser = (id: string, precondition: Precondition | undefined): AppError =>
  allowsAbsence(precondition)
    ? userNotFound(id)
    : new AppError("precondition-failed", `There is no user ${id}.`);

export const tooManyWriters = (): AppError =>
  new AppError("unavailable", "Other writers changed the user each time. Try again.");

/** Whether a failed write may be tried again on the newest version: not when one was named. */
export const mayRetry = (error: unknown, precondition: Precondition | undefined): boolean =>
  isAppError(error, "precondition-failed") &&
  (precondition === undefined || precondition === "any");

const changeOnce = async (
  { users, claims, now }: ChangeUserDeps,
  { id, caller, author, precondition, change }: UserChange,
): Promise<Versioned<User> | "again"> => {
  const found = await users.find(id);
  checkMayAccess(found, caller);
  if (typeof found === "string") throw absentUser(id, precondition);
  checkPrecondition(found.version, precondition);
  const current = found.value;
  const { subject, createdAt, updatedAt, audit } = current;
  const changed: User = { ...change(current), id, subject, createdAt, updatedAt, audit };
  const at = now().toISOString();
  const fields = changedFields(current, changed);
  const entry = { at, by: author, action: "changed", fields } as const;
  const next = { ...changed, updatedAt: at, audit: withEntry(audit, entry) };

  const [old, claimed] = [current.email, next.email].map((email) =>
    email === undefined ? undefined : emailClaimKey(email),
  );
  // Read before the change: should the user take the old address again meanwhile, this version is gone.
  const letGo = old === undefined || old === claimed ? undefined : await claims.store.get(old);
  if (claimed !== undefined && claimed !== old) {
    if (!(await claims.claim({ key: claimed, owner: id }))) throw emailInUse();
  }
  let replaced: Versioned<User>;
  try {
    replaced = await users.replace(next, found.version);
  } catch (error) {
    if (mayRetry(error, precondition)) return "again";
    throw error;
  }
  if (letGo?.value.owner === id) await claims.store.remove(letGo);
  return replaced;
};

export const makeChangeUser =
  (deps: ChangeUserDeps): ChangeUser =>
  async (change) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const changed = await changeOnce(deps, change);
      if (changed !== "again") return changed;
    }
    throw tooManyWriters();
  };
