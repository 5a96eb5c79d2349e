const DURATION =
  /^P(?:(?<days>\d+(?:\.\d+)?)D)?(?:T(?:(?<hours>\d+(?:\.\d+)?)H)?(?:(?<minutes>\d+(?:\.\d+)?)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/;

const MS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const;

/**
 * Reads an ISO 8601 duration without years and months.
 *
 * @returns milliseconds, or undefined when the text is no duration or is not positive.
 */
export const durationMs = (text: string): number | undefined => {
  const groups = DURATION.exec(text)?.groups;
  if (!groups) return undefined;
  const part = (name: keyof typeof MS): number => Number(groups[name] ?? 0) * MS[name];
  const total = part("days") + part("hours") + part("minutes") + part("seconds");
  return total > 0 ? total : undefined;
};
