import { type Author, withEntry } from "../audit/audit.ts";
import type { Caller } from "../caller.ts";
import { AppError } from "../errors.ts";
import type { Versioned } from "../version.ts";
import { ATTEMPTS, mayRetry, tooManyWriters } from "./change-user.ts";
import { parseEmailAddress } from "./email-address.ts";
import { mendName } from "./person-name.ts";
import type { User } from "./user.ts";
import { type UserClaims, emailClaimKey, subjectClaimKey } from "./user-claims.ts";
import type { UserStore } from "./user-store.ts";

export interface OwnUserDeps {
  readonly users: Pick<UserStore, "find" | "insert" | "replace">;
  readonly claims: UserClaims;
  readonly now: () => Date;
  readonly newId: () => string;
}

/**
 * Gives the caller's own user; on first sight makes it from what the token says, or takes over the one
 * that an admin made for the name the caller signs in with. Two first requests at once give one user.
 *
 * @throws {AppError} `person-required` for a service; `unavailable` when others came between each time.
 */
export type GetOwnUser = (caller: Caller, author: Author) => Promise<Versioned<User>>;

const linkedUser = async (
  { users, claims }: OwnUserDeps,
  subject: string,
): Promise<Versioned<User> | undefined> => {
  const link = await claims.store.get(subjectClaimKey(subject));
  const found = link && (await users.find(link.value.owner));
  const own = found !== undefined && typeof found !== "string" && found.value.subject === subject;
  return own ? found : undefined;
};

/** The user with this address, if nobody signs in as that one yet. */
const invitedUser = async (
  { users, claims }: OwnUserDeps,
  email: string | undefined,
): Promise<Versioned<User> | undefined> => {
  const claim = email === undefined ? undefined : await claims.store.get(emailClaimKey(email));
  const found = claim && (await users.find(claim.value.owner));
  if (found === undefined || typeof found === "string") return undefined;
  const { subject, email: address } = found.value;
  const invited = subject === undefined && address !== undefined;
  return invited && emailClaimKey(address) === claim?.value.key ? found : undefined;
};

interface FirstSight {
  readonly caller: Caller;
  readonly author: Author;
  readonly email: string | undefined;
}

const adopt = async (
  { users, claims, now }: OwnUserDeps,
  invited: Versioned<User>,
  { caller, author }: FirstSight,
): Promise<Versioned<User> | undefined> => {
  const { value: user, version } = invited;
  const subject = caller.id;
  if (!(await claims.claim({ key: subjectClaimKey(subject), owner: user.id }))) return undefined;
  const at = now().toISOString();
  const entry = { at, by: author, action: "changed", fields: ["$.subject"] } as const;
  const audit = withEntry(user.audit, entry);
  try {
    return await users.replace({ ...user, subject, updatedAt: at, audit }, version);
  } catch (error) {
    if (mayRetry(error, undefined)) return undefined;
    throw error;
  }
};

const createOwn = async (
  { users, claims, now, newId }: OwnUserDeps,
  { caller, author, email }: FirstSight,
): Promise<Versioned<User> | undefined> => {
  const id = newId();
  const subject = caller.id;
  if (!(await claims.claim({ key: subjectClaimKey(subject), owner: id }))) return undefined;
  const free =
    email !== undefined && (await claims.claim({ key: emailClaimKey(email), owner: id }));
  const at = now().toISOString();
  return users.insert({
    id,
    subject,
    name: mendName(caller.name ?? caller.username ?? ""),
    ...(free && { email }),
    createdAt: at,
    updatedAt: at,
    audit: [{ at, by: author, action: "created", fields: [] }],
  });
};

export const makeGetOwnUser =
  (deps: OwnUserDeps): GetOwnUser =>
  async (caller, author) => {
    if (caller.kind !== "person") {
      throw new AppError("person-required", "A service has no user record; only people do.");
    }
    const email = parseEmailAddress(caller.username ?? "")?.address;
    const sight = { caller, author, email };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const linked = await linkedUser(deps, caller.id);
      if (linked) return linked;
      const invited = await invitedUser(deps, email);
      const own = invited ? await adopt(deps, invited, sight) : await createOwn(deps, sight);
      if (own) return own;
    }
    throw tooManyWriters();
  };
