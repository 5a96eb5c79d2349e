import * as z from "zod";

import { emailKeyOf } from "../../domain/users/email-address.ts";
import type { ListUsers } from "../../domain/users/read-users.ts";
import { USER_ORDERS, type UserPageQuery } from "../../domain/users/user-store.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation, writeContinuation } from "../edge/continuation.ts";
import { DEFAULT_PAGE_SIZE, nextLinkOf, pagingParameters } from "../edge/paging.ts";
import { noParams } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { line } from "../edge/text.ts";
import { USERS_PATH, emailSchema, toUserView, userSchema } from "./user-schema.ts";

const orderSchema = z
  .string()
  .regex(new RegExp(`^(?:${USER_ORDERS.join("|")})(?: (?:asc|desc))?$`, "u"), {
    error: `Invalid input: one of ${USER_ORDERS.join(", ")}, and asc or desc behind it`,
  })
  .transform((text): UserPageQuery["order"] => {
    const by = USER_ORDERS.find((name) => text.startsWith(name)) ?? "createdAt";
    return { by, descending: text.endsWith(" desc") };
  });

const querySchema = z.strictObject({
  name: line(200).optional(),
  email: emailSchema.optional(),
  orderby: orderSchema.optional(),
  ...pagingParameters,
});

const pageKeySchema = z.object({ sortValue: z.string(), id: z.uuid() });

export const listUsersFunction = (listUsers: ListUsers) =>
  route({
    operation: "Users_List",
    summary: "Lists users, filtered and ordered, a page at a time.",
    method: "GET",
    path: USERS_PATH,
    role: "admin",
    params: noParams,
    query: querySchema,
    body: noBody,
    answers: { 200: z.object({ value: z.array(userSchema), nextLink: z.url().optional() }) },
    handle: async ({ query, url }) => {
      const { name, email, orderby, maxpagesize = DEFAULT_PAGE_SIZE, continuationToken } = query;
      const order = orderby ?? { by: "createdAt", descending: false };
      const filter = { name, emailKey: email === undefined ? undefined : emailKeyOf(email) };
      const question = { users: filter, order };
      const after = readContinuation(continuationToken, question, pageKeySchema);
      const { users, next } = await listUsers({ filter, order, after, limit: maxpagesize });
      const value = users.map(toUserView);
      if (!next) return { status: 200, body: { value } };
      const nextLink = nextLinkOf(url, writeContinuation(question, next));
      return { status: 200, body: { value, nextLink } };
    },
  });
