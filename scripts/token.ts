/**
 * Prints an access token of the local issuer, and nothing else.
 *
 *     npm run --silent token -- --role editor [--name "Edith Editor"] [--version 1.0]
 *
 * Without a name it is a service's token; with one a person's. Works while `npm start` or
 * `npm run azure` runs.
 */
import { parseArgs } from "node:util";

import { fetchToken, issuerOrigin } from "../local/entra/fetch-token.ts";
import { readPorts } from "../local/ports.ts";
import { exitOnFailure } from "../local/signals.ts";

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      role: { type: "string", multiple: true, default: [] },
      name: { type: "string" },
      email: { type: "string" },
      version: { type: "string", default: "2.0" },
    },
  });
  const { role: roles, name, email, version } = values;
  if (version !== "1.0" && version !== "2.0") throw new Error("--version is 1.0 or 2.0.");
  const origin = issuerOrigin(readPorts(process.env).ISSUER_PORT);
  console.log(await fetchToken(origin, { roles, name, email, version }));
};

await exitOnFailure(run);
