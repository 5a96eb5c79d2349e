import type { Author } from "../audit/audit.ts";
import { AppError } from "../errors.ts";
import type { Versioned } from "../version.ts";
import type { User, UserInput } from "./user.ts";
import { type UserClaims, emailClaimKey } from "./user-claims.ts";
import type { UserStore } from "./user-store.ts";

export interface CreateUserDeps {
  readonly users: Pick<UserStore, "insert">;
  readonly claims: Pick<UserClaims, "claim">;
  readonly now: () => Date;
}

export interface NewUser {
  readonly id: string;
  readonly input: UserInput & { readonly email: string };
  readonly author: Author;
}

/**
 * Creates a user under an id that the caller made. A repeat with the same id and input finishes what an
 * earlier call began, or gives what it created.
 *
 * @throws {AppError} `email-in-use`.
 */
export type CreateUser = (user: NewUser) => Promise<Versioned<User>>;

export const emailInUse = (): AppError =>
  new AppError("email-in-use", "Another user has this e-mail address.", { target: "$.email" });

export const makeCreateUser =
  ({ users, claims, now }: CreateUserDeps): CreateUser =>
  async ({ id, input, author }) => {
    if (!(await claims.claim({ key: emailClaimKey(input.email), owner: id }))) throw emailInUse();
    const at = now().toISOString();
    const created = await users.insert({
      ...input,
      id,
      createdAt: at,
      updatedAt: at,
      audit: [{ at, by: author, action: "created", fields: [] }],
    });
    if (!created) throw emailInUse();
    return created;
  };
