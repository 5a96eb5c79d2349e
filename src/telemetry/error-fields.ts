/** Texts of the language that are about code alone. Others of it quote what they were given, as SDKs do. */
const ABOUT_CODE =
  /^(?:[\w$.]+(?:\(\.{3}\))? is not (?:a function|a constructor|iterable|defined)|Cannot (?:read|set) properties of (?:undefined|null) \((?:reading|setting) '[\w$]+'\)|Invalid (?:array length|time value|URL)|Maximum call stack size exceeded)$/u;

const LANGUAGE: ReadonlySet<string> = new Set(["TypeError", "RangeError", "ReferenceError"]);

const isAboutCode = ({ name, message }: Error): boolean =>
  LANGUAGE.has(name) && ABOUT_CODE.test(message);

interface ErrorFields {
  /** The class of the error, and what it says of itself: `AppError unavailable`. */
  readonly error: string;
  /** Where it was thrown, and then each error that caused it. */
  readonly stack?: string;
}

const codeOf = (error: Error): string | undefined => {
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" || typeof code === "number" ? String(code) : undefined;
};

const isOfTheSystem = (error: Error): boolean => "syscall" in error && "errno" in error;

const titleOf = (error: Error): string => {
  const code = codeOf(error);
  const message = isAboutCode(error) || isOfTheSystem(error) ? error.message : undefined;
  return [error.name, code, message && `(${message})`].filter(Boolean).join(" ");
};

/** Only lines that name a place in the code. */
const FRAME = /^\s+at .*(?::\d+:\d+|native|<anonymous>)\)?$/u;
const MAX_FRAMES = 12;

/** What comes after the message, which may have lines that look like places in the code. */
const afterMessage = ({ stack = "", message }: Error): string => {
  const at = stack.indexOf(message);
  return at === -1 ? stack : stack.slice(at + message.length);
};

const framesOf = (error: Error): readonly string[] =>
  afterMessage(error)
    .split("\n")
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES);

const MAX_CAUSES = 4;

const chainOf = (error: Error): readonly Error[] => {
  const chain = [error];
  for (let at = error; at.cause instanceof Error && chain.length < MAX_CAUSES; at = at.cause) {
    chain.push(at.cause);
  }
  return chain;
};

/**
 * What a log may say of an error: its class, its code, and where it was thrown. Messages are left out:
 * they quote addresses, names and documents.
 */
export const errorFields = (error: unknown): ErrorFields => {
  if (!(error instanceof Error)) return { error: typeof error };
  const [first = error, ...causes] = chainOf(error);
  const lines = [
    ...framesOf(first),
    ...causes.flatMap((cause) => [`Caused by ${titleOf(cause)}`, ...framesOf(cause)]),
  ];
  return { error: titleOf(first), stack: lines.join("\n") };
};

/** One word for an error: its code, or its class. */
export const errorCode = (error: unknown): string =>
  error instanceof Error ? (codeOf(error) ?? error.name) : "unknown";
