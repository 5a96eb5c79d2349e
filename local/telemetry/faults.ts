/** Failing on demand, through `/_faults`, which is no part of the protocol. */

export interface FaultRule {
  /** Answered instead of taking anything. */
  readonly status?: number;
  /** The request is never answered. */
  readonly hang?: boolean;
  /** Waited for before anything else. */
  readonly latencyMs?: number;
  /** How many requests are hit before the rule is spent. */
  readonly times?: number;
}

const CHECKS: Readonly<Record<keyof FaultRule, (value: unknown) => boolean>> = {
  status: (value) => Number.isSafeInteger(value) && Number(value) >= 400 && Number(value) < 600,
  hang: (value) => typeof value === "boolean",
  latencyMs: (value) => typeof value === "number" && value >= 0 && value <= 600_000,
  times: (value) => Number.isSafeInteger(value) && Number(value) > 0,
};

const isRuleName = (name: string): name is keyof FaultRule => Object.hasOwn(CHECKS, name);

const isRule = (value: unknown): value is FaultRule =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(([name, part]) => isRuleName(name) && CHECKS[name](part));

const rulesOf = (body: unknown): readonly unknown[] => {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null || !("rules" in body)) return [body];
  return Array.isArray(body.rules) ? body.rules : [body.rules];
};

export class Faults {
  #rules: { readonly rule: FaultRule; hits: number }[] = [];

  /** What is to happen to this request; counts as a hit. */
  next(): FaultRule | undefined {
    const active = this.#rules.find(({ rule, hits }) => hits < (rule.times ?? Infinity));
    if (!active) return undefined;
    active.hits += 1;
    return active.rule;
  }

  /**
   * `POST` adds rules, `PUT` replaces all, `GET` shows them with their hits, `DELETE` ends them.
   *
   * @throws {TypeError} that lists what a rule may hold.
   */
  request(method: string, body: unknown): unknown {
    if (method === "DELETE") this.#rules = [];
    if (method === "POST" || method === "PUT") {
      const rules = rulesOf(body).map((value) => {
        if (isRule(value)) return { rule: value, hits: 0 };
        throw new TypeError(`A rule may hold: ${Object.keys(CHECKS).join(", ")}.`);
      });
      this.#rules = method === "PUT" ? rules : [...this.#rules, ...rules];
    }
    return { rules: this.#rules.map(({ rule, hits }) => ({ ...rule, hits })) };
  }
}
