/** When a timer fires. */
export interface Schedule {
  /** @returns the first time after `after`, in milliseconds, or undefined when there is none. */
  next(after: number): number | undefined;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const FIELDS: readonly Field[] = [
  { name: "second", min: 0, max: 59, names: [] },
  { name: "minute", min: 0, max: 59, names: [] },
  { name: "hour", min: 0, max: 23, names: [] },
  { name: "day", min: 1, max: 31, names: [] },
  { name: "month", min: 1, max: 12, names: MONTHS },
  { name: "weekday", min: 0, max: 6, names: DAYS },
];

const SECOND_MS = 1000;
/** A leap day on a given weekday comes once in 28 years, and once in 40 around 2100. */
const HORIZON_MS = 45 * 366 * 86_400_000;

const valueOf = (text: string, field: Field): number => {
  const byName = field.names.findIndex((name) => text !== "" && name.startsWith(text));
  const value = /^\d+$/.test(text) ? Number(text) : byName === -1 ? NaN : byName + field.min;
  if (!(value >= field.min && value <= field.max))
    throw new Error(`'${text}' is not a ${field.name} from ${field.min} to ${field.max}`);
  return value;
};

const boundsOf = (range: string, field: Field, stepped: boolean): readonly [number, number] => {
  if (range === "*") return [field.min, field.max];
  const [from = "", to, ...more] = range.split("-");
  if (more.length > 0) throw new Error(`'${range}' is not a range`);
  const first = valueOf(from, field);
  if (to === undefined) return [first, stepped ? field.max : first];
  const last = valueOf(to, field);
  return first <= last ? [first, last] : [last, first];
};

const valuesOf = (text: string, field: Field): ReadonlySet<number> => {
  const values = new Set<number>();
  for (const item of text.toLowerCase().split(",")) {
    const [range = "", step, ...more] = item.split("/");
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step)))
      throw new Error(`'${item}' has a wrong step`);
    const [first, last] = boundsOf(range, field, step !== undefined);
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
};

interface Fields {
  readonly second: ReadonlySet<number>;
  readonly minute: ReadonlySet<number>;
  readonly hour: ReadonlySet<number>;
  readonly day: ReadonlySet<number>;
  readonly month: ReadonlySet<number>;
  readonly weekday: ReadonlySet<number>;
}

/** Moves the date forward over what does not match. @returns false once all fields match. */
const advance = (date: Date, fields: Fields): boolean => {
  if (!fields.month.has(date.getUTCMonth() + 1)) {
    date.setUTCMonth(date.getUTCMonth() + 1, 1);
    date.setUTCHours(0, 0, 0);
  } else if (!fields.day.has(date.getUTCDate()) || !fields.weekday.has(date.getUTCDay())) {
    date.setUTCDate(date.getUTCDate() + 1);
    date.setUTCHours(0, 0, 0);
  } else if (!fields.hour.has(date.getUTCHours())) {
    date.setUTCHours(date.getUTCHours() + 1, 0, 0);
  } else if (!fields.minute.has(date.getUTCMinutes())) {
    date.setUTCMinutes(date.getUTCMinutes() + 1, 0);
  } else if (fields.second.has(date.getUTCSeconds())) {
    return false;
  } else {
    date.setUTCSeconds(date.getUTCSeconds() + 1);
  }
  return true;
};

const cron = (texts: readonly string[]): Schedule => {
  const sets = FIELDS.map((field, index) => valuesOf(texts[index] ?? "", field));
  const none: ReadonlySet<number> = new Set();
  const [second = none, minute = none, hour = none, day = none, month = none, weekday = none] =
    sets;
  const fields: Fields = { second, minute, hour, day, month, weekday };
  return {
    next: (after) => {
      const date = new Date((Math.floor(after / SECOND_MS) + 1) * SECOND_MS);
      while (advance(date, fields)) if (date.getTime() > after + HORIZON_MS) return undefined;
      return date.getTime();
    },
  };
};

/**
 * Reads an NCRONTAB expression, always in UTC: six fields, seconds first, or five without them; day
 * and weekday must both match. `hh:mm:ss` is an interval.
 *
 * @throws {Error} that says what cannot be read.
 */
export const parseSchedule = (text: string): Schedule => {
  const interval = /^(\d+):(\d{2}):(\d{2})$/.exec(text.trim());
  if (interval !== null) {
    const [, hours, minutes, seconds] = interval;
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * SECOND_MS;
    if (ms === 0) throw new Error(`'${text}' is not a schedule: its interval is zero`);
    return { next: (after) => after + ms };
  }
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6)
    throw new Error(`'${text}' is not an NCRONTAB expression: it has ${fields.length} fields`);
  try {
    return cron(fields.length === 5 ? ["0", ...fields] : fields);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`'${text}' is not an NCRONTAB expression: ${reason}`, { cause: error });
  }
};
