import * as z from "zod";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import type { Answer } from "../edge/declaration.ts";

/** A trail as the API shows it, newest first. */
export const auditSchema = z.object({
  value: z.array(
    z.object({
      at: z.iso.datetime(),
      action: z.enum(["created", "changed", "deleted"]),
      fields: z.array(z.string()),
      by: z.object({ id: z.string(), kind: z.string() }),
      requestId: z.string(),
    }),
  ),
});

export const auditAnswer = (trail: AuditTrail): Answer => ({
  status: 200,
  body: {
    value: trail.toReversed().map(({ at, action, fields, by: { id, kind, requestId } }) => ({
      at,
      action,
      fields,
      by: { id, kind },
      requestId,
    })),
  },
});
