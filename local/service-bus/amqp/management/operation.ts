import { map, string } from "../../codec/write.ts";
import type { Environment } from "../../engine/environment.ts";
import type { Entity, Namespace } from "../../engine/namespace.ts";
import type { Queue } from "../../engine/queue.ts";
import type { Subscription } from "../../engine/subscription.ts";
import type { Arguments } from "./arguments.ts";

export interface OperationContext<T extends Entity = Queue> {
  readonly entity: T;
  readonly namespace: Namespace;
  readonly arguments: Arguments;
}

/** The body of the answer, encoded; null when there is nothing to answer. */
export type Operation<T extends Entity = Queue> = (context: OperationContext<T>) => Buffer | null;

export interface RuleContext {
  readonly subscription: Subscription;
  readonly environment: Environment;
  readonly arguments: Arguments;
}

export type RuleOperation = (context: RuleContext) => Buffer | null;

/** @param values encoded already. */
export const bodyOf = (values: Readonly<Record<string, Buffer>>): Buffer =>
  map(Object.entries(values).flatMap(([name, value]) => [string(name), value]));
