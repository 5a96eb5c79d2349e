/** SQL filters: parsed once into functions with three-valued logic, null being unknown. */
import { compare } from "./comparison.ts";
import { sqlError, type Token, tokensOf } from "./lexer.ts";
import { isLike } from "./like.ts";
import type { FilterValue, MessageView, SystemField } from "./message-view.ts";

type Evaluate = (view: MessageView) => FilterValue;

const MAX_LENGTH = 1_024;
const MAX_DEPTH = 64;

const SYSTEM_FIELDS: ReadonlyMap<string, SystemField> = new Map([
  ["messageid", "messageId"],
  ["to", "to"],
  ["label", "subject"],
  ["subject", "subject"],
  ["replyto", "replyTo"],
  ["correlationid", "correlationId"],
  ["contenttype", "contentType"],
  ["sessionid", "sessionId"],
  ["replytosessionid", "replyToSessionId"],
]);

type Comparison = (order: number | null) => boolean | null;

/** Values of different classes differ, and no one knows which comes first. */
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["=", (order) => order === 0],
  ["<>", (order) => order !== 0],
  ["!=", (order) => order !== 0],
  ["<", (order) => (order === null ? null : order < 0)],
  ["<=", (order) => (order === null ? null : order <= 0)],
  [">", (order) => (order === null ? null : order > 0)],
  [">=", (order) => (order === null ? null : order >= 0)],
]);

const isEqual: Comparison = (order) => order === 0;

const truth = (value: FilterValue): boolean | null => (typeof value === "boolean" ? value : null);

const and =
  (left: Evaluate, right: Evaluate): Evaluate =>
  (view) => {
    const a = truth(left(view));
    if (a === false) return false;
    const b = truth(right(view));
    if (b === false) return false;
    return a === null || b === null ? null : true;
  };

const not =
  (operand: Evaluate): Evaluate =>
  (view) => {
    const value = truth(operand(view));
    return value === null ? null : !value;
  };

const or = (left: Evaluate, right: Evaluate): Evaluate => not(and(not(left), not(right)));

const compared =
  (test: Comparison, left: Evaluate, right: Evaluate): Evaluate =>
  (view) => {
    const a = left(view);
    const b = right(view);
    return a === null || b === null ? null : test(compare(a, b));
  };

const ARITHMETIC: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ["+", (a: number, b: number) => a + b],
  ["-", (a: number, b: number) => a - b],
  ["*", (a: number, b: number) => a * b],
  ["/", (a: number, b: number) => a / b],
  ["%", (a: number, b: number) => a % b],
]);

const isNumeric = (value: FilterValue): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

const computed =
  (operator: string, left: Evaluate, right: Evaluate): Evaluate =>
  (view) => {
    const a = left(view);
    const b = right(view);
    if (operator === "+" && typeof a === "string" && typeof b === "string") return a + b;
    if (!isNumeric(a) || !isNumeric(b)) return null;
    const value = ARITHMETIC.get(operator)?.(Number(a), Number(b)) ?? Number.NaN;
    return Number.isFinite(value) ? value : null;
  };

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Evaluate {
    const condition = this.#or();
    const rest = this.#tokens[this.#position];
    if (rest) throw sqlError(`unexpected "${rest.value}"`);
    return condition;
  }

  #word(word: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "word" || token.value.toUpperCase() !== word) return false;
    this.#position += 1;
    return true;
  }

  #operator(...operators: readonly string[]): string | null {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "operator" || !operators.includes(token.value)) return null;
    this.#position += 1;
    return token.value;
  }

  #expect(operator: string): void {
    if (this.#operator(operator) !== null) return;
    const found = this.#tokens[this.#position]?.value;
    throw sqlError(
      `expected "${operator}", found ${found === undefined ? "the end" : `"${found}"`}`,
    );
  }

  #or(): Evaluate {
    let left = this.#and();
    while (this.#word("OR")) left = or(left, this.#and());
    return left;
  }

  #and(): Evaluate {
    let left = this.#not();
    while (this.#word("AND")) left = and(left, this.#not());
    return left;
  }

  #not(): Evaluate {
    if (!this.#word("NOT")) return this.#condition();
    return this.#nested(() => not(this.#not()));
  }

  #nested(parse: () => Evaluate): Evaluate {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw sqlError(`nested more than ${MAX_DEPTH} deep`);
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
  }

  #condition(): Evaluate {
    if (this.#word("EXISTS")) return this.#exists();
    const left = this.#sum();
    if (this.#word("IS")) return this.#isNull(left);
    const negated = this.#word("NOT");
    if (this.#word("IN")) return negated ? not(this.#in(left)) : this.#in(left);
    if (this.#word("LIKE")) return negated ? not(this.#like(left)) : this.#like(left);
    if (negated) throw sqlError('expected "IN" or "LIKE" after "NOT"');
    const operator = this.#operator(...COMPARISONS.keys());
    const test = operator === null ? undefined : COMPARISONS.get(operator);
    return test ? compared(test, left, this.#sum()) : left;
  }

  #exists(): Evaluate {
    this.#expect("(");
    const operand = this.#operand();
    this.#expect(")");
    return (view) => operand(view) !== null;
  }

  #isNull(left: Evaluate): Evaluate {
    const negated = this.#word("NOT");
    if (!this.#word("NULL")) throw sqlError('expected "NULL" after "IS"');
    return (view) => (left(view) === null) !== negated;
  }

  #in(left: Evaluate): Evaluate {
    this.#expect("(");
    let any = compared(isEqual, left, this.#sum());
    while (this.#operator(",") !== null) any = or(any, compared(isEqual, left, this.#sum()));
    this.#expect(")");
    return any;
  }

  #like(left: Evaluate): Evaluate {
    const pattern = this.#sum();
    const escape = this.#word("ESCAPE") ? this.#escape() : null;
    return (view) => {
      const [text, like] = [left(view), pattern(view)];
      if (typeof text !== "string" || typeof like !== "string") return null;
      return isLike(text, like, escape);
    };
  }

  #escape(): string {
    const token = this.#next();
    if (token.kind === "text" && Array.from(token.value).length === 1) return token.value;
    throw sqlError("ESCAPE takes one character");
  }

  #sum(): Evaluate {
    let left = this.#product();
    for (let operator = this.#operator("+", "-"); operator; operator = this.#operator("+", "-")) {
      left = computed(operator, left, this.#product());
    }
    return left;
  }

  #product(): Evaluate {
    let left = this.#operand();
    const operators = ["*", "/", "%"];
    for (let found = this.#operator(...operators); found; found = this.#operator(...operators)) {
      left = computed(found, left, this.#operand());
    }
    return left;
  }

  #next(): Token {
    const token = this.#tokens[this.#position];
    if (!token) throw sqlError("it ends too early");
    this.#position += 1;
    return token;
  }

  #operand(): Evaluate {
    const token = this.#next();
    if (token.kind === "text" || token.kind === "number") return () => token.value;
    if (token.kind === "name") return this.#property(token.value);
    if (token.kind === "word") return this.#wordOperand(token.value);
    switch (token.value) {
      case "(": {
        const inner = this.#nested(() => this.#or());
        this.#expect(")");
        return inner;
      }
      case "-":
        return computed(
          "-",
          () => 0,
          this.#nested(() => this.#operand()),
        );
      case "+":
        return this.#nested(() => this.#operand());
      case "@":
        throw sqlError("parameters are not supported");
      default:
        throw sqlError(`unexpected "${token.value}"`);
    }
  }

  #wordOperand(word: string): Evaluate {
    switch (word.toUpperCase()) {
      case "TRUE":
        return () => true;
      case "FALSE":
        return () => false;
      case "NULL":
        return () => null;
      default:
        return this.#property(word);
    }
  }

  #property(first: string): Evaluate {
    if (this.#operator("(") !== null) throw sqlError(`the function ${first}() is not supported`);
    const scope = first.toLowerCase();
    if ((scope !== "sys" && scope !== "user") || this.#operator(".") === null) {
      return (view) => view.customIgnoringCase(scope);
    }
    const token = this.#next();
    if (token.kind !== "word" && token.kind !== "name")
      throw sqlError(`expected a name after ${first}.`);
    const name = token.value.toLowerCase();
    if (scope === "user") return (view) => view.customIgnoringCase(name);
    const field = SYSTEM_FIELDS.get(name);
    if (!field) throw sqlError(`there is no property sys.${token.value}`);
    return (view) => view.system(field);
  }
}

/**
 * Compiles a filter expression; the result says whether a message matches for sure.
 *
 * @throws {BrokerError} `argument-error` when the expression is malformed or uses what is not supported.
 */
export const compileSql = (expression: string): ((view: MessageView) => boolean) => {
  if (expression.length > MAX_LENGTH) throw sqlError(`longer than ${MAX_LENGTH} characters`);
  const evaluate = new Parser(tokensOf(expression)).whole();
  return (view) => evaluate(view) === true;
};
