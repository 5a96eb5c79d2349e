import type { CreateUser } from "../../domain/users/create-user.ts";
import { json } from "../edge/body.ts";
import { readBodyFields } from "../edge/issues.ts";
import { noParams, noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { USERS_PATH, newUserSchema, userAnswer, userSchema, userUrl } from "./user-schema.ts";

export const createUserFunction = (createUser: CreateUser) =>
  route({
    operation: "Users_Create",
    summary: "Creates a user, who is linked to a person when they first sign in with this address.",
    method: "POST",
    path: USERS_PATH,
    role: "admin",
    params: noParams,
    query: noQuery,
    body: json((value) => readBodyFields(newUserSchema, value)),
    repeatable: true,
    answers: { 201: userSchema },
    handle: async ({ body, newId, author, url }) => {
      const created = await createUser({ id: newId, input: body, author });
      return {
        ...userAnswer(created),
        status: 201,
        headers: { location: userUrl(url, created.value.id) },
      };
    },
  });
