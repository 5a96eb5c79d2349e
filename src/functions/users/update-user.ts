import type { ChangeUser } from "../../domain/users/change-user.ts";
import { mergePatch } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import {
  USER_PATH,
  readUserPatch,
  toUserView,
  userAnswer,
  userParamsSchema,
  userSchema,
} from "./user-schema.ts";

export const updateUserFunction = (changeUser: ChangeUser) =>
  route({
    operation: "Users_Update",
    summary: "Changes fields of a user: of anybody for an admin, of oneself for the others.",
    method: "PATCH",
    path: USER_PATH,
    role: "reader",
    params: userParamsSchema,
    query: noQuery,
    body: mergePatch(),
    answers: { 200: userSchema },
    handle: async ({ params, body, caller, author, ifMatch }) =>
      userAnswer(
        await changeUser({
          id: params.id,
          caller,
          author,
          precondition: ifMatch,
          change: (current) => readUserPatch(body, toUserView(current)),
        }),
      ),
  });
