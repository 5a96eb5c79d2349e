import * as z from "zod";

import { startLocalCosmos } from "../../helpers/cosmos.ts";
import { hasDotnet, runDotnet } from "../../helpers/dotnet.ts";

const TEST_TIME_MS = 240_000;
/** What the program checks is too long to be done with every change. */
const isWanted = process.env["SOAK"] !== undefined && hasDotnet();

const checkSchema = z.object({ name: z.string(), error: z.string().nullable() });

(isWanted ? describe : describe.skip)("the .NET client in Gateway mode", () => {
  it(
    "finds everything that its applications and its change feed processor need",
    async () => {
      const { server, stop } = await startLocalCosmos();

      const printed = runDotnet("cosmos", [
        `AccountEndpoint=${server.endpoint}/;AccountKey=${server.key}`,
      ]);
      await stop();

      const checks = printed
        .trim()
        .split("\n")
        .map((line) => checkSchema.parse(JSON.parse(line)));
      expect(checks.length).toBeGreaterThan(30);
      expect(checks.filter(({ error }) => error !== null)).toEqual([]);
    },
    TEST_TIME_MS,
  );
});
