import * as z from "zod";

import { emailKeyOf } from "../../domain/users/email-address.ts";
import type { ListUsers } from "../../domain/users/read-users.ts";
import { USER_ORDERS } from "../../domain/users/user-store.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation } from "../edge/continuation.ts";
import {
  DEFAULT_PAGE_SIZE,
  orderSchema,
  pageAnswer,
  pageSchema,
  pagingParameters,
  pick,
  selectSchema,
} from "../edge/paging.ts";
import { noParams } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { line } from "../edge/text.ts";
import { USERS_PATH, USER_FIELDS, emailSchema, toUserView, userSchema } from "./user-schema.ts";

const querySchema = z.strictObject({
  name: line(200).optional(),
  email: emailSchema.optional(),
  orderby: orderSchema(USER_ORDERS).optional(),
  select: selectSchema(USER_FIELDS).optional(),
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
    answers: { 200: pageSchema(userSchema) },
    handle: async ({ query, url }) => {
      const { name, email, orderby, select, maxpagesize, continuationToken } = query;
      const order = orderby ?? { by: "createdAt", descending: false };
      const filter = { name, emailKey: email === undefined ? undefined : emailKeyOf(email) };
      const question = { users: filter, order };
      const after = readContinuation(continuationToken, question, pageKeySchema);
      const limit = maxpagesize ?? DEFAULT_PAGE_SIZE;
      const { users, next } = await listUsers({ filter, order, after, limit });
      const value = users.map((user) => pick(toUserView(user), select));
      return pageAnswer(url, question, { value, next });
    },
  });
