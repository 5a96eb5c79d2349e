import type { LogCategory, LogLevel } from "./wire.ts";

const SEVERITY: Record<LogLevel, number> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

/** Thresholds by category as `logging.logLevel` of host.json gives them; names match by prefix. */
export type LogLevels = ReadonlyMap<string, LogLevel>;

interface Line {
  readonly level: LogLevel;
  readonly message: string;
}

export const isLogLevel = (text: string): text is LogLevel => Object.hasOwn(SEVERITY, text);

/**
 * Console of the host. Each line begins with the time in brackets, as `func start` prints it; a user
 * line that is one JSON object passes unchanged, so that a reader can parse it.
 */
export class Logger {
  readonly #levels: LogLevels;
  readonly #verbose: boolean;
  readonly #write: (text: string) => void;
  readonly #thresholds = new Map<string, number>();

  /** @param options.verbose prints the start and the end of every invocation. */
  constructor(options: {
    readonly levels: LogLevels;
    readonly verbose: boolean;
    readonly write: (text: string) => void;
  }) {
    this.#levels = options.levels;
    this.#verbose = options.verbose;
    this.#write = options.write;
  }

  /** A line of the app, or of the library on its behalf. */
  app(functionName: string | undefined, category: LogCategory, line: Line): void {
    if (category === "customMetric") return;
    const name =
      category === "user" ? `Function.${functionName ?? "Host"}.User` : "Host.Function.System";
    if (!this.#shows(name, line.level)) return;
    this.#print(line, category === "user" && line.message.startsWith("{"));
  }

  /** Start and end of an invocation. Lines about a failure are shown always. */
  invocation(functionName: string, line: Line): void {
    if (!this.#verbose && SEVERITY[line.level] < SEVERITY.warning) return;
    if (this.#shows(`Function.${functionName}`, line.level)) this.#print(line, false);
  }

  /** A line of the host itself, shown from `warning` on unless host.json says otherwise. */
  host(category: string, line: Line): void {
    if (this.#shows(category, line.level)) this.#print(line, false);
  }

  /** A line that no setting can hide. */
  always(message: string): void {
    this.#write(`${message}\n`);
  }

  #print({ level, message }: Line, bare: boolean): void {
    if (bare) {
      this.#write(`${message}\n`);
      return;
    }
    const mark = SEVERITY[level] >= SEVERITY.warning ? `${level}: ` : "";
    this.#write(`[${new Date().toISOString()}] ${mark}${message}\n`);
  }

  #shows(category: string, level: LogLevel): boolean {
    let threshold = this.#thresholds.get(category);
    if (threshold === undefined) {
      threshold = SEVERITY[this.#configured(category)];
      this.#thresholds.set(category, threshold);
    }
    return SEVERITY[level] >= threshold && threshold < SEVERITY.none;
  }

  #configured(category: string): LogLevel {
    let best = "";
    for (const prefix of this.#levels.keys())
      if (category.startsWith(prefix) && prefix.length > best.length) best = prefix;
    const fallback: LogLevel = category.startsWith("Function.")
      ? (this.#levels.get("default") ?? "information")
      : "warning";
    return this.#levels.get(best) ?? fallback;
  }
}
