/** Tells whether a parameter's text may stand where the constraint stands. */
export type Check = (value: string) => boolean;

const INT_MIN = -2_147_483_648n;
const INT_MAX = 2_147_483_647n;
const LONG_MIN = -9_223_372_036_854_775_808n;
const LONG_MAX = 9_223_372_036_854_775_807n;

const INTEGER = /^\s*[+-]?\d{1,400}\s*$/;
const DECIMAL = /^\s*[+-]?(?:\d[\d,]*\.?\d*|\.\d+)\s*$/;
const FLOAT = /^\s*[+-]?(?:(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?|∞|NaN|Infinity)\s*$/i;
const HEX_GROUPS = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** The forms that .NET's `Guid.TryParse` takes, its hexadecimal structure form excepted. */
const GUID = new RegExp(
  String.raw`^(?:[0-9a-f]{32}|${HEX_GROUPS}|\{${HEX_GROUPS}\}|\(${HEX_GROUPS}\))$`,
  "i",
);

const within =
  (low: bigint, high: bigint): Check =>
  (value) => {
    if (!INTEGER.test(value)) return false;
    const number = BigInt(value.trim().replace("+", ""));
    return number >= low && number <= high;
  };

const pattern =
  (regex: RegExp): Check =>
  (value) =>
    regex.test(value);

/** The numbers of an argument list. @throws {Error} when the list is not `min` to `max` numbers. */
const numbers = (name: string, argument: string, count: readonly number[]): bigint[] => {
  const parts = argument.split(",").map((part) => part.trim());
  if (!count.includes(parts.length) || !parts.every((part) => /^-?\d+$/.test(part)))
    throw new Error(`The route constraint '${name}(${argument})' has wrong arguments`);
  return parts.map(BigInt);
};

const lengthWithin = (low: bigint, high: bigint): Check => {
  return (value) => BigInt(value.length) >= low && BigInt(value.length) <= high;
};

const PLAIN: Readonly<Record<string, Check>> = {
  int: within(INT_MIN, INT_MAX),
  long: within(LONG_MIN, LONG_MAX),
  bool: pattern(/^\s*(?:true|false)\s*$/i),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: pattern(DECIMAL),
  double: pattern(FLOAT),
  float: pattern(FLOAT),
  guid: pattern(GUID),
  alpha: pattern(/^[a-z]*$/i),
  required: (value) => value !== "",
};

const WITH_ARGUMENT: Readonly<Record<string, (argument: string) => Check>> = {
  min: (argument) => within(numbers("min", argument, [1])[0] ?? 0n, LONG_MAX),
  max: (argument) => within(LONG_MIN, numbers("max", argument, [1])[0] ?? 0n),
  range: (argument) => {
    const [low = 0n, high = 0n] = numbers("range", argument, [2]);
    return within(low, high);
  },
  minlength: (argument) => lengthWithin(numbers("minlength", argument, [1])[0] ?? 0n, LONG_MAX),
  maxlength: (argument) => lengthWithin(0n, numbers("maxlength", argument, [1])[0] ?? 0n),
  length: (argument) => {
    const [low = 0n, high = low] = numbers("length", argument, [1, 2]);
    return lengthWithin(low, high);
  },
  regex: (argument) => pattern(new RegExp(argument, "i")),
};

/**
 * Makes the check that a constraint such as `int` or `length(2,4)` stands for.
 *
 * @throws {Error} for a name that no host knows, or wrong arguments: the app does not start.
 */
export const routeConstraint = (name: string, argument: string | undefined): Check => {
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (plain !== undefined && argument === undefined) return plain;
  const make = Object.hasOwn(WITH_ARGUMENT, name) ? WITH_ARGUMENT[name] : undefined;
  if (make === undefined || argument === undefined)
    throw new Error(
      `The constraint reference '${name}' could not be resolved to a route constraint`,
    );
  return make(argument);
};
