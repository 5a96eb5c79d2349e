import type { GetProductAudit } from "../../domain/products/read-products.ts";
import { auditAnswer, auditSchema } from "../audit/audit-schema.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { PRODUCT_PATH, productParamsSchema } from "./product-answer.ts";

export const getProductAuditFunction = (getProductAudit: GetProductAudit) =>
  route({
    operation: "Products_GetAudit",
    summary: "Tells who changed a product, what of it, when and by which request; newest first.",
    method: "GET",
    path: `${PRODUCT_PATH}/audit`,
    role: "admin",
    params: productParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: auditSchema },
    handle: async ({ params }) => auditAnswer(await getProductAudit(params.id)),
  });
