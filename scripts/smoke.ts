/**
 * Proves that a deployment works, from outside, and leaves nothing behind:
 *
 *     ACCESS_TOKEN=… node scripts/smoke.ts BASE_URL
 *
 * The token is an editor's. Beside a local `npm start` it may be left out.
 */
import { messageOf } from "./deploy/steps/step.ts";
import { runSmokeTest } from "./smoke/run-smoke-test.ts";

const isLocal = (baseUrl: URL): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(baseUrl.hostname);

const localToken = async (): Promise<string> => {
  const { fetchToken, issuerOrigin } = await import("../local/entra/fetch-token.ts");
  const { readPorts } = await import("../local/ports.ts");
  return fetchToken(issuerOrigin(readPorts(process.env).ISSUER_PORT), { roles: ["editor"] });
};

const accessToken = async (baseUrl: URL): Promise<string> => {
  const given = process.env["ACCESS_TOKEN"];
  if (given !== undefined && given !== "") return given;
  if (isLocal(baseUrl)) return localToken();
  throw new Error("ACCESS_TOKEN is missing: the token of an editor.");
};

try {
  const [base] = process.argv.slice(2);
  if (base === undefined || !URL.canParse(base))
    throw new Error("Usage: node scripts/smoke.ts BASE_URL");
  const baseUrl = new URL(base);
  await runSmokeTest({
    baseUrl,
    token: await accessToken(baseUrl),
    say: (line) => console.log(line),
  });
} catch (error) {
  console.error(`The smoke test failed: ${messageOf(error)}`);
  process.exitCode = 1;
}
