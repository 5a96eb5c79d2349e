/** Walks over tokens: looking ahead, taking, insisting, and keeping count of nesting. */

import type { Expression, Query } from "./ast.ts";
import { SqlError, syntaxError } from "./error.ts";
import { tokenize } from "./lexer.ts";
import type { Token } from "./lexer.ts";

const MAX_NESTING = 200;

/** The rules that refer to each other; the reader carries them so that their files need not. */
export interface Grammar {
  readonly expression: (reader: TokenReader) => Expression;
  readonly query: (reader: TokenReader) => Query;
}

export class TokenReader {
  readonly #grammar: Grammar;
  readonly #tokens: readonly Token[];
  readonly #last: Token;
  #at = 0;
  #nesting = 0;

  /** @throws {SqlError} see `tokenize`. */
  constructor(text: string, grammar: Grammar) {
    this.#grammar = grammar;
    this.#tokens = tokenize(text);
    const last = this.#tokens.at(-1);
    if (last === undefined) throw new Error("a text has at least its end as a token");
    this.#last = last;
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#last;
  }

  take(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Where the last token taken ends. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  is(text: string, ahead = 0): boolean {
    const { kind, text: actual } = this.peek(ahead);
    return actual === text && (kind === "symbol" || kind === "keyword");
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at += 1;
    return true;
  }

  /** @throws {SqlError} when the next token is another. */
  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected();
  }

  /** @throws {SqlError} when the next token is no name, as reserved words are none. */
  name(): string {
    const token = this.take();
    if (token.kind !== "name") throw this.unexpected(token);
    return token.text;
  }

  unexpected(token: Token = this.peek()): SqlError {
    return syntaxError(token.raw, token);
  }

  /** Reads something that may contain its like. @throws {SqlError} when it does so too often. */
  nested<T>(read: () => T): T {
    if (this.#nesting >= MAX_NESTING) {
      throw new SqlError(
        `The query exceeded the maximum nesting of ${MAX_NESTING}.`,
        "SC3002",
        this.peek(),
      );
    }
    this.#nesting += 1;
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  expression(): Expression {
    return this.nested(() => this.#grammar.expression(this));
  }

  expressions(): readonly Expression[] {
    const list = [this.expression()];
    while (this.accept(",")) list.push(this.expression());
    return list;
  }

  query(): Query {
    return this.nested(() => this.#grammar.query(this));
  }
}
