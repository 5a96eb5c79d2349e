import * as z from "zod";

import { AppError } from "../../../../src/domain/errors.ts";
import {
  readContinuation,
  writeContinuation,
} from "../../../../src/functions/edge/continuation.ts";

const keySchema = z.object({ sortValue: z.string(), id: z.string() });
const key = { sortValue: "2026-01-01T00:00:00.000Z", id: "a" };
const question = { filter: { category: "kitchen" }, order: { by: "name" } };

/** The code with which a token is refused; undefined when it is taken. */
const codeOf = (token: string, asked: unknown): string | undefined => {
  try {
    readContinuation(token, asked, keySchema);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

describe("a continuation token", () => {
  it("gives back its place to the same question", () => {
    const token = writeContinuation(question, key);

    expect(readContinuation(token, question, keySchema)).toEqual(key);
  });

  it("is refused for another question", () => {
    const token = writeContinuation(question, key);

    expect(codeOf(token, { ...question, filter: {} })).toBe("invalid-continuation-token");
  });

  it("is refused when any one of its characters is another", () => {
    const token = writeContinuation(question, key);

    const damaged = Array.from(token, (character, at) => {
      const other = character === "A" ? "B" : "A";
      return `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
    });

    for (const text of [...damaged, "", "e30", token.slice(0, -1), `${token}A`, `${token}=`]) {
      expect(codeOf(text, question)).toBe("invalid-continuation-token");
    }
  });
});
