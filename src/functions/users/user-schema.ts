import * as z from "zod";

import type { ErrorDetail } from "../../domain/errors.ts";
import { parseEmailAddress } from "../../domain/users/email-address.ts";
import { nameProblem, normalName } from "../../domain/users/person-name.ts";
import type { User, UserInput } from "../../domain/users/user.ts";
import type { Versioned } from "../../domain/version.ts";
import { applyMergePatch } from "../edge/body.ts";
import { readBodyFields } from "../edge/issues.ts";
import type { Answer } from "../edge/declaration.ts";

export const USERS_PATH = "api/users";
export const USER_PATH = `${USERS_PATH}/{id:guid}`;
export const userParamsSchema = z.object({ id: z.guid().transform((id) => id.toLowerCase()) });
export const userUrl = (url: URL, id: string): string => `${url.origin}/${USERS_PATH}/${id}`;

const nameSchema = z
  .string()
  .max(1_000)
  .refine((text) => text.isWellFormed(), { error: "Invalid input: unpaired surrogates" })
  .transform(normalName)
  .check(({ value, issues }) => {
    const problem = nameProblem(value);
    if (problem === undefined) return;
    issues.push({ code: "custom", message: `Invalid input: ${problem}`, input: value });
  });

export const emailSchema = z
  .string()
  .max(320)
  .transform((text, { issues }) => {
    const parsed = parseEmailAddress(text);
    if (parsed) return parsed.address;
    issues.push({ code: "custom", message: "Invalid input: not an e-mail address", input: text });
    return z.NEVER;
  });

const canonicalLocale = (text: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
};

const localeSchema = z
  .string()
  .max(35)
  .transform((text, { issues }) => {
    const locale = canonicalLocale(text);
    if (locale !== undefined) return locale;
    issues.push({ code: "custom", message: "Invalid input: not a BCP 47 tag", input: text });
    return z.NEVER;
  });

const inputFields = { name: nameSchema, locale: localeSchema.optional() };

/** What an admin says about a new user. */
export const newUserSchema = z.strictObject({ ...inputFields, email: emailSchema });

const changedUserSchema = z.strictObject({ ...inputFields, email: emailSchema.optional() });

const readOnlyFields = {
  id: z.uuid(),
  subject: z.string().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

/** A user as the API shows it. */
export const userSchema = z.object({
  ...readOnlyFields,
  name: z.string(),
  email: z.string().optional(),
  locale: z.string().optional(),
});

export const USER_FIELDS = Object.keys(userSchema.shape);

export type UserView = z.infer<typeof userSchema>;

export const toUserView = (user: User): UserView => ({
  id: user.id,
  name: user.name,
  email: user.email,
  locale: user.locale,
  subject: user.subject,
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
});

export const userAnswer = ({ value, version }: Versioned<User>): Answer => ({
  status: 200,
  etag: version,
  body: toUserView(value),
});

const READ_ONLY = Object.keys(readOnlyFields);

const readOnlyProblems = (
  patch: Readonly<Record<string, unknown>>,
  current: UserView,
): readonly ErrorDetail[] => {
  const held = new Map<string, unknown>(Object.entries(current));
  return READ_ONLY.filter(
    (name) => Object.hasOwn(patch, name) && patch[name] !== held.get(name),
  ).map((name) => ({
    code: "ReadOnlyField",
    target: `$.${name}`,
    message: "The server decides this field. Leave it out, or send it as it is.",
  }));
};

/**
 * What a user is after a merge patch. Fields that only the server writes may be there as they were read.
 * An address, once there, can be replaced but not removed.
 *
 * @throws {AppError} `invalid-input`.
 */
export const readUserPatch = (
  patch: Readonly<Record<string, unknown>>,
  current: UserView,
): UserInput => {
  const { name, email, locale } = current;
  const writable = Object.entries(patch).filter(([field]) => !READ_ONLY.includes(field));
  const input = applyMergePatch({ name, email, locale }, Object.fromEntries(writable));
  const schema = email === undefined ? changedUserSchema : newUserSchema;
  return readBodyFields(schema, input, readOnlyProblems(patch, current));
};
