import * as z from "zod";

import type { TokenVersion } from "./claims.ts";
import { TENANT_ID } from "./directory.ts";

const CLIENT_ID = "stockroom-cli";

const answerSchema = z.object({ access_token: z.string() });

export interface WantedToken {
  readonly roles: readonly string[];
  /** With a name or an e-mail address it is a person's token, else a service's. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly version?: TokenVersion | undefined;
}

export const issuerOrigin = (port: number): string => `http://127.0.0.1:${port}`;

/** `Ada Lovelace` has the address `ada.lovelace@stockroom.example`. */
const addressOf = (name: string): string => {
  const local = name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ".")
    .replaceAll(/^\.|\.$/gu, "");
  return `${local || "somebody"}@stockroom.example`;
};

const formOf = ({ roles, name, email }: WantedToken): Record<string, string> => {
  const shared = {
    client_id: CLIENT_ID,
    scope: "api://stockroom/.default",
    roles: roles.join(","),
  };
  if (name === undefined && email === undefined) {
    return { ...shared, grant_type: "client_credentials" };
  }
  const username = email ?? addressOf(name ?? "");
  return { ...shared, grant_type: "password", username, name: name ?? username };
};

/**
 * Gets an access token of the local issuer.
 *
 * @param origin of the issuer, such as `http://127.0.0.1:8085`.
 * @throws {Error} that says what to start when the issuer does not answer.
 */
export const fetchToken = async (origin: string, wanted: WantedToken): Promise<string> => {
  const path = wanted.version === "1.0" ? "oauth2/token" : "oauth2/v2.0/token";
  let response: Response;
  try {
    response = await fetch(`${origin}/${TENANT_ID}/${path}`, {
      method: "POST",
      body: new URLSearchParams(formOf(wanted)),
    });
  } catch (error) {
    throw new Error(
      `The local issuer does not answer at ${origin}. Start it with npm start or npm run azure.`,
      { cause: error },
    );
  }
  if (!response.ok)
    throw new Error(`The issuer answered ${response.status}: ${await response.text()}`);
  return answerSchema.parse(await response.json()).access_token;
};
