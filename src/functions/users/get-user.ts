import type { GetUser } from "../../domain/users/read-users.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { USER_PATH, userAnswer, userParamsSchema, userSchema } from "./user-schema.ts";

export const getUserFunction = (getUser: GetUser) =>
  route({
    operation: "Users_Get",
    summary: "Gets a user: anybody for an admin, oneself for the others.",
    method: "GET",
    path: USER_PATH,
    role: "reader",
    params: userParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: userSchema },
    handle: async ({ params, caller }) => userAnswer(await getUser(params.id, caller)),
  });
