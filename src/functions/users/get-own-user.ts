import type { GetOwnUser } from "../../domain/users/own-user.ts";
import { noBody } from "../edge/body.ts";
import { noParams, noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { USERS_PATH, userAnswer, userSchema } from "./user-schema.ts";

export const getOwnUserFunction = (getOwnUser: GetOwnUser) =>
  route({
    operation: "Users_GetOwn",
    summary: "Gets the caller's own user; the first request makes it from the token.",
    method: "GET",
    path: `${USERS_PATH}/me`,
    role: "reader",
    params: noParams,
    query: noQuery,
    body: noBody,
    answers: { 200: userSchema },
    handle: async ({ caller, author }) => userAnswer(await getOwnUser(caller, author)),
  });
