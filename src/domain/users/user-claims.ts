import type { ClaimOwners, ClaimStore, ClaimValue } from "../claims/claims.ts";
import { emailKeyOf } from "./email-address.ts";
import type { User } from "./user.ts";
import type { UserStore } from "./user-store.ts";

export const emailClaimKey = (email: string): string => `email:${emailKeyOf(email)}`;
/** Makes one person have one user, however many first requests come at once. */
export const subjectClaimKey = (subject: string): string => `subject:${subject}`;

/** All that a user has claimed. */
export const claimKeysOf = ({
  email,
  subject,
}: Pick<User, "email" | "subject">): readonly string[] => [
  ...(email === undefined ? [] : [emailClaimKey(email)]),
  ...(subject === undefined ? [] : [subjectClaimKey(subject)]),
];

export const makeUserOwners = (
  users: Pick<UserStore, "find" | "insertTombstone" | "touch">,
): ClaimOwners => ({
  async holds(owner, key) {
    const found = await users.find(owner);
    if (typeof found === "string") return found;
    return claimKeysOf(found.value).includes(key) ? "yes" : "no";
  },
  async fence(owner, key) {
    const found = await users.find(owner);
    if (found === "gone") return true;
    if (found === "absent") return users.insertTombstone(owner);
    return !claimKeysOf(found.value).includes(key) && users.touch(found);
  },
});

/** What a use case needs to give a value to a user and to let go of one. */
export interface UserClaims {
  readonly claim: ClaimValue;
  readonly store: ClaimStore;
}

/** Lets go of a claim if the user still owns it. */
export const releaseClaim = async (
  { store }: Pick<UserClaims, "store">,
  key: string,
  owner: string,
): Promise<void> => {
  const claim = await store.get(key);
  if (claim?.value.owner === owner) await store.remove(claim);
};
