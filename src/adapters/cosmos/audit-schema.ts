import * as z from "zod";

import type { AuditTrail } from "../../domain/audit/audit.ts";

/** The trail as documents hold it; those written before there was one have none. */
export const auditSchema = z
  .array(
    z.object({
      at: z.string(),
      by: z.object({
        id: z.string(),
        kind: z.enum(["person", "service", "nobody"]),
        requestId: z.string(),
      }),
      action: z.enum(["created", "changed", "deleted"]),
      fields: z.array(z.string()),
    }),
  )
  .default([]) satisfies z.ZodType<AuditTrail>;

/** The trail within a document or a tombstone. */
export const auditOf = (document: unknown): AuditTrail =>
  z.object({ audit: auditSchema }).parse(document).audit;
