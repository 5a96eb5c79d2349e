/** The middle value; the mean of the two middle ones of an even count. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

/**
 * Measures each candidate once a round, one after the other, so that a machine that slows down slows
 * all of them. One round before the first counts for nothing.
 */
export const inRounds = async (
  rounds: number,
  candidates: Readonly<Record<string, () => Promise<number>>>,
): Promise<(name: string) => readonly number[]> => {
  const measured = new Map(Object.keys(candidates).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, measure] of Object.entries(candidates)) {
      const value = await measure();
      if (round > 0) measured.get(name)?.push(value);
    }
  }
  return (name) => measured.get(name) ?? [];
};

/** The median of the ratios round by round, in which the machine's ups and downs cancel out. */
export const medianRatio = (one: readonly number[], other: readonly number[]): number =>
  median(one.map((value, round) => value / (other[round] ?? Number.NaN)));
