/** Failing on demand, by share: 0.25 hits every fourth. */

/** What is left out is 0, and `delayMs` a second. */
export interface FaultShares {
  /** Sends and settlements whose connection is cut instead of being answered; they may have taken effect. */
  readonly dropConnection?: number;
  /** Sends and settlements after which the link is closed by the broker. */
  readonly detachLink?: number;
  /** Sends refused because the broker is busy; clients try again. */
  readonly serverBusy?: number;
  /** Sends and settlements answered late. */
  readonly delaySettlement?: number;
  /** Up to a minute. */
  readonly delayMs?: number;
}

type Fault = Exclude<keyof FaultShares, "delayMs">;

const NO_FAULTS: Required<FaultShares> = {
  dropConnection: 0,
  detachLink: 0,
  serverBusy: 0,
  delaySettlement: 0,
  delayMs: 1_000,
};

const MAX_DELAY_MS = 60_000;

const isFault = (name: string): name is keyof FaultShares => Object.hasOwn(NO_FAULTS, name);

const numberFor = (name: string, value: unknown): number => {
  const max = name === "delayMs" ? MAX_DELAY_MS : 1;
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  throw new Error(`${name} must be a number from 0 to ${max}.`);
};

const sharesOf = (given: unknown): Required<FaultShares> => {
  if (typeof given !== "object" || given === null)
    throw new Error("Shares of faults are an object.");
  const shares = { ...NO_FAULTS };
  for (const [name, value] of Object.entries(given)) {
    if (!isFault(name)) {
      const known = Object.keys(NO_FAULTS).join(", ");
      throw new Error(`There is no fault ${name}. There are: ${known}.`);
    }
    shares[name] = numberFor(name, value);
  }
  return shares;
};

export class Faults {
  #shares = NO_FAULTS;
  readonly #credit = new Map<Fault, number>();

  get delayMs(): number {
    return this.#shares.delayMs;
  }

  /** @throws {Error} when a share is not between 0 and 1, or there is no such fault. */
  set(shares: unknown): void {
    this.#shares = sharesOf(shares);
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
