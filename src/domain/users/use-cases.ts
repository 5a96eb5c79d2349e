import type { ClaimStore, ClaimValueDeps } from "../claims/claims.ts";
import { makeClaimValue } from "../claims/claims.ts";
import { type ChangeUser, makeChangeUser } from "./change-user.ts";
import { type CreateUser, makeCreateUser } from "./create-user.ts";
import { type DeleteUser, makeDeleteUser } from "./delete-user.ts";
import { type GetOwnUser, makeGetOwnUser } from "./own-user.ts";
import {
  type GetUser,
  type GetUserAudit,
  type ListUsers,
  makeGetUser,
  makeGetUserAudit,
} from "./read-users.ts";
import { makeUserOwners } from "./user-claims.ts";
import type { UserStore } from "./user-store.ts";

export interface UserUseCases {
  readonly create: CreateUser;
  readonly get: GetUser;
  readonly getOwn: GetOwnUser;
  readonly list: ListUsers;
  readonly change: ChangeUser;
  readonly delete: DeleteUser;
  readonly getAudit: GetUserAudit;
}

export interface UserDeps {
  readonly users: UserStore;
  readonly claims: ClaimStore;
  readonly wait: ClaimValueDeps["wait"];
  readonly now: () => Date;
  readonly newId: () => string;
}

/** All that can be done with users, over one store. */
export const makeUserUseCases = ({ users, claims, wait, now, newId }: UserDeps): UserUseCases => {
  const claim = makeClaimValue({ claims, owners: makeUserOwners(users), wait });
  const deps = { users, claims: { claim, store: claims }, now, newId };
  return {
    create: makeCreateUser(deps),
    get: makeGetUser(users),
    getOwn: makeGetOwnUser(deps),
    list: (query) => users.list(query),
    change: makeChangeUser(deps),
    delete: makeDeleteUser(deps),
    getAudit: makeGetUserAudit(users),
  };
};
