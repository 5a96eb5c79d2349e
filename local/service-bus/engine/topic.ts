import { MessageView } from "../filters/message-view.ts";
import { contentOfMessage } from "./content.ts";
import { type Environment, FROM_CLIENT, type Origin } from "./environment.ts";
import { Intake } from "./intake.ts";
import { type Content, Message } from "./message.ts";
import { Schedule } from "./schedule.ts";
import type { TopicSettings } from "./settings.ts";
import type { Subscription } from "./subscription.ts";

export interface TopicOptions {
  readonly id: number;
  readonly path: string;
  readonly settings: TopicSettings;
  readonly environment: Environment;
}

/** Gives each message to the subscriptions whose rules match; keeps only those that wait for their time. */
export class Topic {
  readonly id: number;
  readonly path: string;
  readonly environment: Environment;
  /** By name in lower case. */
  readonly subscriptions = new Map<string, Subscription>();
  readonly intake: Intake;
  readonly #schedule = new Schedule();
  #settings: TopicSettings;

  constructor({ id, path, settings, environment }: TopicOptions) {
    this.id = id;
    this.path = path;
    this.#settings = settings;
    this.environment = environment;
    const { duplicateWindowMs } = settings;
    this.intake = new Intake({ entity: id, environment, duplicateWindowMs });
  }

  get settings(): TopicSettings {
    return this.#settings;
  }

  /** Goes by other settings from now on. */
  change(settings: TopicSettings): void {
    this.#settings = settings;
    this.intake.change(settings.duplicateWindowMs);
  }

  get scheduledCount(): number {
    return this.#schedule.size;
  }

  /** @returns the topic's own sequence number, by which a scheduled message can be cancelled. */
  send(content: Content, origin: Origin = FROM_CLIENT): number {
    const now = this.environment.now();
    const number = this.intake.takeNumber();
    if (this.intake.isDuplicate(content, now)) return number;
    const enqueueSequenceNumber = origin.enqueueSequenceNumber ?? number;
    const { dueAt } = content.envelope;
    if (dueAt === null || dueAt <= now) {
      this.#fanOut(content, { enqueueSequenceNumber, hops: origin.hops });
      return number;
    }
    const message = new Message(
      {
        ...content,
        entity: this.id,
        sequenceNumber: number,
        enqueueSequenceNumber,
        enqueuedAt: now,
        deliveryCount: 0,
      },
      "scheduled",
    );
    this.#schedule.add(message);
    this.environment.journal.changed(message);
    this.environment.wakeAt(dueAt);
    return number;
  }

  cancelScheduled(sequenceNumbers: readonly number[]): void {
    for (const message of this.#schedule.cancel(sequenceNumbers)) {
      this.environment.journal.changed(message);
    }
  }

  tick(now: number): void {
    for (const message of this.#schedule.due(now)) {
      const { journal } = this.environment;
      const content = contentOfMessage(message, message.rest ?? journal.readRest(message));
      message.place = "gone";
      journal.changed(message);
      this.#fanOut(content, {
        enqueueSequenceNumber: message.enqueueSequenceNumber,
        hops: 0,
      });
    }
  }

  nextDueAt(): number {
    return this.#schedule.nextAt();
  }

  restore(messages: Iterable<Message>, nextNumber: number): void {
    this.intake.restore(nextNumber);
    for (const message of messages) {
      this.#schedule.add(message);
      this.environment.wakeAt(message.dueAt ?? 0);
    }
  }

  #fanOut(content: Content, origin: Origin): void {
    const ttl = Math.min(content.ttlMs ?? Infinity, this.settings.ttlMs ?? Infinity);
    const limited = { ...content, ttlMs: ttl === Infinity ? null : ttl };
    const view = new MessageView(content.rest);
    for (const { queue, rules } of this.subscriptions.values()) {
      if (rules.matches(view)) queue.enqueue(limited, origin);
    }
  }
}
