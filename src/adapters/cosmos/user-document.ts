import * as z from "zod";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import { emailKeyOf } from "../../domain/users/email-address.ts";
import type { User } from "../../domain/users/user.ts";
import { auditSchema } from "./audit-schema.ts";
import { TOMBSTONE_TTL_SECONDS, nameKeyOf } from "./product-document.ts";

/** The stored shape. Fields that newer or older versions of the application add are dropped on reading. */
const documentSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().optional(),
  locale: z.string().optional(),
  subject: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  audit: auditSchema,
}) satisfies z.ZodType<User>;

const tombstoneSchema = z.object({ id: z.string(), deletedAt: z.string(), audit: auditSchema });

interface Tombstone {
  readonly id: string;
  readonly deletedAt: string;
  readonly audit: AuditTrail;
}

/** What stays of a deleted user for 30 days: nothing that says who it was. */
export const tombstoneOf = (tombstone: Tombstone) => ({ ...tombstone, ttl: TOMBSTONE_TTL_SECONDS });

/** With what lists filter and order by. */
export const toDocument = (user: User) => ({
  ...user,
  nameKey: nameKeyOf(user.name),
  ...(user.email !== undefined && { emailKey: emailKeyOf(user.email) }),
});

/** @returns undefined for a tombstone. */
export const fromDocument = (document: unknown): User | undefined =>
  tombstoneSchema.safeParse(document).success ? undefined : documentSchema.parse(document);
