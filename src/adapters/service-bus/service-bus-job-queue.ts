import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from "@azure/service-bus";

import { AppError } from "../../domain/errors.ts";
import type { JobMessage, JobQueue, RejectedMessage } from "../../domain/jobs/job-queue.ts";
import { countDeadLetter, observeSend } from "../../telemetry/observe-job.ts";
import { DEAD_LETTERS, JOBS } from "./entities.ts";

/** Somebody may be waiting for the answer to a request; what is not sent by then is sent by upkeep. */
const SEND_WITHIN_MS = 5_000;

/** Messages about jobs on Service Bus. */
export class ServiceBusJobQueue implements JobQueue {
  readonly #client: () => Promise<ServiceBusClient>;
  readonly #sendWithinMs: number;
  readonly #senders = new Map<string, ServiceBusSender>();

  constructor(client: () => Promise<ServiceBusClient>, sendWithinMs = SEND_WITHIN_MS) {
    this.#client = client;
    this.#sendWithinMs = sendWithinMs;
  }

  async send({ id, traceparent }: JobMessage, notBefore?: Date): Promise<void> {
    await observeSend({ id, traceparent }, (sending) =>
      this.#send(JOBS, {
        body: { id, traceparent: sending ?? traceparent },
        contentType: "application/json",
        messageId: id,
        ...(notBefore && { scheduledEnqueueTimeUtc: notBefore }),
      }),
    );
  }

  async deadLetter({ body, reason, description }: RejectedMessage): Promise<void> {
    await this.#send(DEAD_LETTERS, {
      // The SDK sends a Buffer as it is.
      body: Buffer.from(body),
      applicationProperties: {
        DeadLetterReason: reason,
        DeadLetterErrorDescription: description,
      },
    });
    countDeadLetter(reason);
  }

  async #send(entity: string, message: ServiceBusMessage): Promise<void> {
    try {
      const sender = await this.#sender(entity);
      await sender.sendMessages(message, { abortSignal: AbortSignal.timeout(this.#sendWithinMs) });
    } catch (error) {
      // Whatever it was, also what the client takes for final, such as a role that is not there yet: the
      // job is written, and upkeep sends it once this is mended.
      throw new AppError("unavailable", "The message broker does not answer.", { cause: error });
    }
  }

  async #sender(entity: string): Promise<ServiceBusSender> {
    const client = await this.#client();
    const known = this.#senders.get(entity) ?? client.createSender(entity);
    this.#senders.set(entity, known);
    return known;
  }
}
