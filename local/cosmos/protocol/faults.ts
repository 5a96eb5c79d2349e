/** Failing on demand. Rules come through the start options or `/_faults`, which is no part of the protocol. */
import { badRequest, CosmosError, isErrorStatus, notFound, type ErrorStatus } from "../errors.ts";
import { isJsonArray, isJsonObject, property, type Json, type JsonObject } from "../json.ts";
import { OPERATION_KINDS, type OperationKind } from "./operation-kind.ts";

export interface FaultEffect {
  /** Answered instead of doing anything. */
  readonly status?: ErrorStatus;
  readonly substatus?: number;
  readonly retryAfterMs?: number;
  /** Waited for before anything else. */
  readonly latencyMs?: number;
  /** The connection is cut: before the operation, or after it was done and before its answer. */
  readonly drop?: "before" | "after";
  /** Half of the answer is sent, then the connection is cut. */
  readonly truncate?: boolean;
}

export interface FaultRule extends FaultEffect {
  /** Absent: any. */
  readonly operation?: OperationKind;
  readonly container?: string;
  readonly method?: string;
  /** `*` stands for any text. */
  readonly path?: string;
  /** How many requests are hit before the rule is spent. */
  readonly times?: number;
  /** Share of the matching requests that are hit, evenly spread: 0.25 hits every fourth. */
  readonly share?: number;
}

export interface FaultSubject {
  readonly operation: OperationKind;
  readonly method: string;
  readonly path: readonly string[];
}

interface ActiveRule {
  readonly rule: FaultRule;
  hits: number;
  /** What the share has added up to since the last hit. */
  credit: number;
}

const DEFAULT_SUBSTATUS: Partial<Record<ErrorStatus, number>> = { 410: 1002, 429: 3200 };

const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  values.some((known) => known === value);

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );

const matches = (rule: FaultRule, { operation, method, path }: FaultSubject): boolean =>
  (rule.operation === undefined || rule.operation === operation) &&
  (rule.container === undefined || rule.container === path[3]) &&
  (rule.method === undefined || rule.method.toUpperCase() === method) &&
  (rule.path === undefined || wildcard(rule.path).test(`/${path.join("/")}`));

const isSpent = ({ rule, hits }: ActiveRule): boolean =>
  rule.times !== undefined && hits >= rule.times;

/** Property name → what it must be. */
const CHECKS: Readonly<Record<keyof FaultRule, (value: Json) => boolean>> = {
  status: (value) => typeof value === "number" && isErrorStatus(value),
  substatus: (value) => Number.isSafeInteger(value),
  retryAfterMs: (value) => typeof value === "number" && value >= 0,
  latencyMs: (value) => typeof value === "number" && value >= 0 && value <= 600_000,
  drop: (value) => isOneOf(["before", "after"], value),
  truncate: (value) => typeof value === "boolean",
  operation: (value) => isOneOf(OPERATION_KINDS, value),
  container: (value) => typeof value === "string",
  method: (value) => typeof value === "string",
  path: (value) => typeof value === "string",
  times: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  share: (value) => typeof value === "number" && value > 0 && value <= 1,
};

const isRuleName = (name: string): name is keyof FaultRule => Object.hasOwn(CHECKS, name);

const isRule = (value: Json): value is JsonObject & FaultRule =>
  isJsonObject(value) &&
  Object.entries(value).every(([name, part]) => isRuleName(name) && CHECKS[name](part));

/** @throws {CosmosError} 400 that lists what a rule may hold. */
const readRule = (value: Json): FaultRule => {
  if (isRule(value)) return value;
  throw badRequest(
    `The fault rule ${JSON.stringify(value)} is invalid. A rule may hold: ${Object.keys(CHECKS).join(", ")}.`,
  );
};

export class Faults {
  #rules: ActiveRule[] = [];

  constructor(rules: readonly FaultRule[] = []) {
    this.add(rules);
  }

  /** Whether nothing can be hit. */
  get isIdle(): boolean {
    return this.#rules.length === 0;
  }

  add(rules: readonly FaultRule[]): void {
    this.#rules.push(...rules.map((rule) => ({ rule, hits: 0, credit: 0 })));
  }

  /** What is to happen to this request; counts as a hit. */
  next(subject: FaultSubject): FaultEffect | undefined {
    const active = this.#rules.find((rule) => !isSpent(rule) && matches(rule.rule, subject));
    if (!active) return undefined;
    active.credit += active.rule.share ?? 1;
    if (active.credit < 1) return undefined;
    active.credit -= 1;
    active.hits += 1;
    return active.rule;
  }

  /** `POST` adds rules, `PUT` replaces all, `GET` shows them with their hits, `DELETE` ends them. */
  request(method: string, body: Json | undefined): Json {
    if (method === "DELETE") this.#rules = [];
    else if (method === "POST" || method === "PUT") {
      const given = property(body, "rules") ?? body;
      const rules = (isJsonArray(given) ? given : [given ?? null]).map(readRule);
      if (method === "PUT") this.#rules = [];
      this.add(rules);
    } else if (method !== "GET") throw notFound();
    return { rules: this.#rules.map(({ rule, hits }) => ({ ...rule, hits })) };
  }
}

/** The failure that the effect stands for, if it does for one. */
export const faultError = ({
  status,
  substatus,
  retryAfterMs,
}: FaultEffect): CosmosError | undefined =>
  status === undefined
    ? undefined
    : new CosmosError(status, "The failure was asked for by a fault rule.", {
        substatus: substatus ?? DEFAULT_SUBSTATUS[status],
        retryAfterMs,
      });
