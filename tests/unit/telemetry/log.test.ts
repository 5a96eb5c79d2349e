import { AppError } from "../../../src/domain/errors.ts";
import { errorFields } from "../../../src/telemetry/error-fields.ts";
import { logError, logEvent } from "../../../src/telemetry/log.ts";
import { NO_TELEMETRY, type Scope, inScope, withFields } from "../../../src/telemetry/scope.ts";

const collecting = (leastLevel: Scope["leastLevel"] = "info") => {
  const lines: { readonly level: string; readonly line: unknown }[] = [];
  const scope: Scope = {
    fields: { function: "createJob", invocationId: "invocation-1", traceId: "trace-1" },
    traceparent: undefined,
    telemetry: NO_TELEMETRY,
    leastLevel,
    write: (level, text) => void lines.push({ level, line: JSON.parse(text) }),
  };
  return { scope, lines };
};

describe("a log line", () => {
  it("has the ids of what runs without being told them, also after waiting", async () => {
    const { scope, lines } = collecting();

    await inScope(scope, async () => {
      await Promise.resolve();
      withFields({ requestId: "request-1" }, () =>
        logEvent({ level: "info", event: "job accepted", fields: { kind: "call-url" } }),
      );
    });

    expect(lines).toEqual([
      {
        level: "info",
        line: {
          event: "job accepted",
          at: expect.stringMatching(/^\d{4}-/u) as unknown,
          level: "info",
          function: "createJob",
          invocationId: "invocation-1",
          traceId: "trace-1",
          requestId: "request-1",
          kind: "call-url",
        },
      },
    ]);
  });

  it("keeps invocations that run at once apart", async () => {
    const { scope, lines } = collecting();
    const run = (invocationId: string): Promise<void> =>
      inScope({ ...scope, fields: { invocationId } }, async () => {
        await Promise.resolve();
        logEvent({ level: "info", event: "done" });
      });

    await Promise.all([run("one"), run("two")]);

    expect(lines).toMatchObject([
      { line: { invocationId: "one" } },
      { line: { invocationId: "two" } },
    ]);
  });

  it("is left out below the level that is set", () => {
    const { scope, lines } = collecting("warn");

    inScope(scope, () => {
      logEvent({ level: "info", event: "quiet" });
      logEvent({ level: "warn", event: "loud" });
    });

    expect(lines).toMatchObject([{ level: "warn", line: { event: "loud" } }]);
  });
});

describe("what is told of an error", () => {
  it("is its class, its code and where it was thrown, of each cause too, and no message", () => {
    const cause = Object.assign(new Error("ada@stockroom.test exists"), { code: 409 });
    const error = new AppError("email-in-use", "Another person has ada@stockroom.test.", { cause });

    const fields = errorFields(error);

    expect(fields.error).toBe("AppError email-in-use");
    expect(fields.stack).toContain("log.test.ts");
    expect(fields.stack).toContain("Caused by Error 409");
    expect(JSON.stringify(fields)).not.toContain("ada@");
  });

  it("has the message where it comes from the language or the system", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), {
      code: "ECONNREFUSED",
      syscall: "connect",
      errno: -111,
    });

    expect(errorFields(new TypeError("x is not a function")).error).toBe(
      "TypeError (x is not a function)",
    );
    expect(errorFields(refused).error).toBe(
      "Error ECONNREFUSED (connect ECONNREFUSED 127.0.0.1:9)",
    );
  });

  it.each([
    new TypeError("Failed to parse URL from https://ada:secret@stockroom.test/"),
    new TypeError('Headers.append: "Bearer secret" is an invalid header value.'),
    new TypeError("Cannot use 'in' operator to search for 'id' in secret"),
    new TypeError("Cannot create property 'id' on string 'secret'"),
    new RangeError("The value secret is out of range"),
  ])("has no message that quotes what was given: %s", (error) => {
    expect(JSON.stringify(errorFields(error))).not.toContain("secret");
    expect(errorFields(error).error).toBe(error.name);
  });

  it("takes no line of a message for a place in the code", () => {
    const { stack } = errorFields(new Error("It was\n    at secret (secret:1:1)\n    at home"));

    expect(stack).not.toContain("secret");
    expect(stack).toContain("log.test.ts");
  });

  it("is little when something was thrown that is no error", () => {
    expect(errorFields("a secret")).toEqual({ error: "string" });
  });

  it("stays on one line of JSON", () => {
    const { scope, lines } = collecting();

    inScope(scope, () =>
      logError("invocation failed", { error: new RangeError("Invalid time value") }),
    );

    expect(lines).toMatchObject([
      { line: { error: "RangeError (Invalid time value)", level: "error" } },
    ]);
  });
});
