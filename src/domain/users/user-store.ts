import type { AuditTrail } from "../audit/audit.ts";
import type { Versioned } from "../version.ts";
import type { User } from "./user.ts";

export const USER_ORDERS = ["createdAt", "name"] as const;

export interface UserPageQuery {
  readonly filter: {
    /** Found anywhere in the name, whatever its case. */
    readonly name?: string | undefined;
    /** The whole address, by its key. */
    readonly emailKey?: string | undefined;
  };
  readonly order: { readonly by: (typeof USER_ORDERS)[number]; readonly descending: boolean };
  /** The page begins after this row; absent for the first page. */
  readonly after?: { readonly sortValue: string; readonly id: string } | undefined;
  readonly limit: number;
}

export interface UserPage {
  readonly users: readonly User[];
  /** Absent on the last page. */
  readonly next?: NonNullable<UserPageQuery["after"]>;
}

export interface UserStore {
  /**
   * Stores a new user. A second call with the same id and address changes nothing.
   *
   * @returns undefined when the id was fenced off or deleted before.
   */
  insert(user: User): Promise<Versioned<User> | undefined>;
  /** `absent`: never written. `gone`: deleted or fenced off. */
  find(id: string): Promise<Versioned<User> | "absent" | "gone">;
  list(query: UserPageQuery): Promise<UserPage>;
  /** @throws {AppError} `precondition-failed` when the stored version is another or gone. */
  replace(user: User, version: string): Promise<Versioned<User>>;
  /**
   * Leaves a tombstone in the user's place, which keeps the id and the trail and nothing else.
   *
   * @throws {AppError} `precondition-failed` when the stored version is another or gone.
   */
  remove(id: string, version: string, audit: AuditTrail): Promise<void>;
  /** Creates a tombstone. @returns false when the id is used. */
  insertTombstone(id: string): Promise<boolean>;
  /** Writes the user as it is. @returns false when its version is another. */
  touch(user: Versioned<User>): Promise<boolean>;
  /** The trail, of a deleted user too. @returns undefined when there never was one. */
  audit(id: string): Promise<AuditTrail | undefined>;
}
