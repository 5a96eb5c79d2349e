import type { GetUserAudit } from "../../domain/users/read-users.ts";
import { auditAnswer, auditSchema } from "../audit/audit-schema.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { USER_PATH, userParamsSchema } from "./user-schema.ts";

export const getUserAuditFunction = (getUserAudit: GetUserAudit) =>
  route({
    operation: "Users_GetAudit",
    summary: "Tells who changed a user, what of it, when and by which request; newest first.",
    method: "GET",
    path: `${USER_PATH}/audit`,
    role: "admin",
    params: userParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: auditSchema },
    handle: async ({ params }) => auditAnswer(await getUserAudit(params.id)),
  });
