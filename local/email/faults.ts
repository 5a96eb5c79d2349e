/** Failing on demand: rules come through `/_faults`, which is no part of the service. */
import * as z from "zod";

const ruleSchema = z.strictObject({
  on: z.enum(["send", "poll"]).default("send"),
  /** Answered instead of doing anything. */
  status: z.int().min(400).max(599).optional(),
  retryAfterSeconds: z.int().min(0).optional(),
  /** Waited for before anything else. */
  latencyMs: z.int().min(0).max(600_000).optional(),
  /** The mail is taken, then the connection is cut. */
  loseAnswer: z.boolean().optional(),
  /** The operation ends as `Failed`; the mail is not taken. */
  outcome: z.literal("Failed").optional(),
  /** How many requests are hit before the rule is spent. */
  times: z.int().min(1).optional(),
  /** Share of the requests that are hit, evenly spread: 0.25 hits every fourth. */
  share: z.number().gt(0).max(1).default(1),
});
export type FaultRule = z.infer<typeof ruleSchema>;

interface ActiveRule {
  readonly rule: FaultRule;
  hits: number;
  credit: number;
}

export class Faults {
  #rules: ActiveRule[] = [];

  /** `POST` adds a rule, `DELETE` ends all; what there is then is the answer. */
  request(method: string, body: unknown): unknown {
    if (method === "DELETE") this.#rules = [];
    if (method === "POST") this.#rules.push({ rule: ruleSchema.parse(body), hits: 0, credit: 0 });
    return { rules: this.#rules.map(({ rule, hits }) => ({ ...rule, hits })) };
  }

  /** What is to happen to this request; counts as a hit. */
  next(on: FaultRule["on"]): FaultRule | undefined {
    const active = this.#rules.find(
      ({ rule, hits }) => rule.on === on && hits < (rule.times ?? Infinity),
    );
    if (!active) return undefined;
    active.credit += active.rule.share;
    if (active.credit < 1) return undefined;
    active.credit -= 1;
    active.hits += 1;
    return active.rule;
  }
}
