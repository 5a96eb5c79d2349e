import { HttpRequest } from "@azure/functions";

import { AppError } from "../../../../src/domain/errors.ts";
import type { Caller } from "../../../../src/domain/caller.ts";
import {
  RECORDS_KEPT_MS,
  makeAnswerOnce,
} from "../../../../src/domain/requests/repeatable-request.ts";
import { CONTAINERS } from "../../../../src/adapters/cosmos/containers.ts";
import { toProblem } from "../../../../src/functions/edge/problem.ts";
import { answerRepeatable } from "../../../../src/functions/edge/repeatable.ts";
import { MemoryRequestStore } from "../../../helpers/memory-request-store.ts";

const caller: Caller = { id: "somebody", kind: "service", roles: ["editor"] };
const HOUR_MS = 3_600_000;

const sentAgo = (ageMs: number): Promise<unknown> =>
  answerRepeatable(
    {
      operation: "Products_Create",
      request: new HttpRequest({
        method: "POST",
        url: "http://localhost/api/products",
        headers: {
          "repeatability-request-id": "a0d0c7a6-6a44-4b7b-9bd7-0fc9b1c1f0aa",
          "repeatability-first-sent": new Date(Date.now() - ageMs).toUTCString(),
        },
      }),
      caller,
      content: new Uint8Array(),
      edge: {
        answerOnce: makeAnswerOnce({
          requests: new MemoryRequestStore(),
          wait: () => Promise.resolve(),
        }),
        newId: () => "new-id",
      },
    },
    async () => ({ status: 201 }),
  );

describe("a repeatable request", () => {
  it.each([
    ["now", 0],
    ["almost a day ago", 23 * HOUR_MS],
    ["by a clock that is four minutes ahead", -240_000],
  ])("is carried out when it was first sent %s", async (_name, ageMs) => {
    await expect(sentAgo(ageMs)).resolves.toMatchObject({
      headers: { "repeatability-result": "accepted" },
    });
  });

  it.each([
    ["more than a day ago", 25 * HOUR_MS],
    ["in the future", -HOUR_MS],
  ])("is refused when it was first sent %s", async (_name, ageMs) => {
    await expect(sentAgo(ageMs)).rejects.toMatchObject({ code: "repeatability-window-passed" });
  });

  it("is remembered for as long as a repeat of it is taken", () => {
    const requests = CONTAINERS.find(({ id }) => id === "requests");

    expect(requests?.defaultTtlSeconds).toBe(RECORDS_KEPT_MS / 1000);
    expect(RECORDS_KEPT_MS).toBeGreaterThanOrEqual(24 * HOUR_MS + 240_000);
  });
});

describe("the answer to a repeatable request that is refused", () => {
  it.each([
    ["repeatability-id-reused", "repeatability-request-id"],
    ["repeatability-window-passed", "repeatability-first-sent"],
    ["invalid-header", "repeatability-first-sent"],
  ] as const)("says so: %s", (code, target) => {
    const { headers } = toProblem(new AppError(code, "refused", { target }));

    expect(headers["repeatability-result"]).toBe("rejected");
  });

  it("says nothing of it when the request failed by something else", () => {
    const { headers } = toProblem(new AppError("sku-in-use", "taken", { target: "$.sku" }));

    expect(headers).not.toHaveProperty("repeatability-result");
  });
});
