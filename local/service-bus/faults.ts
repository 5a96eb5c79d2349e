/** Failing on demand, by share: 0.25 hits every fourth. */
import * as z from "zod";

const shareSchema = z.number().min(0).max(1).default(0);

const faultsSchema = z.strictObject({
  /** Sends and settlements whose connection is cut instead of being answered; they may have taken effect. */
  dropConnection: shareSchema,
  /** Sends and settlements after which the link is closed by the broker. */
  detachLink: shareSchema,
  /** Sends refused because the broker is busy; clients try again. */
  serverBusy: shareSchema,
  /** Sends and settlements answered late. */
  delaySettlement: shareSchema,
  delayMs: z.number().int().min(0).max(60_000).default(1_000),
});

/** What is left out is 0, and `delayMs` a second. */
export type FaultShares = z.input<typeof faultsSchema>;

type Fault = Exclude<keyof FaultShares, "delayMs">;

export class Faults {
  #shares = faultsSchema.parse({});
  readonly #credit = new Map<Fault, number>();

  get delayMs(): number {
    return this.#shares.delayMs;
  }

  /** @throws {z.ZodError} when a share is not between 0 and 1, or there is no such fault. */
  set(shares: unknown): void {
    this.#shares = faultsSchema.parse(shares);
    this.#credit.clear();
  }

  /** Whether the fault happens this time; counts the call. */
  hits(fault: Fault): boolean {
    const share = this.#shares[fault];
    if (share === 0) return false;
    const credit = (this.#credit.get(fault) ?? 0) + share;
    // Shares add up inexactly.
    const isHit = credit > 1 - Number.EPSILON * 8;
    this.#credit.set(fault, isHit ? credit - 1 : credit);
    return isHit;
  }
}
