import type { DeleteUser } from "../../domain/users/delete-user.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { USER_PATH, userParamsSchema } from "./user-schema.ts";

export const deleteUserFunction = (deleteUser: DeleteUser) =>
  route({
    operation: "Users_Delete",
    summary: "Deletes a user with all personal data; succeeds also when there is none.",
    method: "DELETE",
    path: USER_PATH,
    role: "admin",
    params: userParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 204: null },
    handle: async ({ params, author, ifMatch }) => {
      await deleteUser({ id: params.id, author, precondition: ifMatch });
      return { status: 204 };
    },
  });
