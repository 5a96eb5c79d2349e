/** Tells whether one outside service answers. Rejects when it does not; must honour the signal. */
export type Probe = (signal: AbortSignal) => Promise<void>;

export interface Readiness {
  readonly ready: boolean;
  /** By service name. */
  readonly services: Readonly<Record<string, "ready" | "unavailable">>;
}

export type CheckReadiness = () => Promise<Readiness>;

const answersInTime = async (probe: Probe, deadlineMs: number): Promise<boolean> => {
  const signal = AbortSignal.timeout(deadlineMs);
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  signal.addEventListener("abort", () => resolve(false), { once: true });
  // The race holds the deadline also against a probe that ignores its signal.
  return Promise.race([
    probe(signal).then(
      () => true,
      () => false,
    ),
    late,
  ]);
};

/** Asks every service at once; one that has not answered within `deadlineMs` is unavailable. */
export const makeCheckReadiness =
  (probes: Readonly<Record<string, Probe>>, deadlineMs: number): CheckReadiness =>
  async () => {
    const answers = await Promise.all(
      Object.entries(probes).map(
        async ([name, probe]) => [name, await answersInTime(probe, deadlineMs)] as const,
      ),
    );
    return {
      ready: answers.every(([, answered]) => answered),
      services: Object.fromEntries(
        answers.map(([name, answered]) => [name, answered ? "ready" : "unavailable"] as const),
      ),
    };
  };
