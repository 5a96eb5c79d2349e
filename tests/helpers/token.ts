import { type WantedToken, fetchToken, issuerOrigin } from "../../local/entra/fetch-token.ts";
import { readPorts } from "../../local/ports.ts";

/** Gets a token; an admin's of a service unless told. */
export type TokenSource = (wanted?: Partial<WantedToken>) => Promise<string>;

/** Tokens of a local issuer. */
export const tokensOf =
  (issuer: string): TokenSource =>
  (wanted) =>
    fetchToken(new URL(issuer).origin, { roles: ["admin"], ...wanted });

/**
 * Tokens for an application that runs elsewhere: `ACCESS_TOKEN`, whoever is asked for, or those of the
 * local issuer beside an `npm start`.
 */
export const tokensElsewhere: TokenSource = (wanted) => {
  const token = process.env["ACCESS_TOKEN"];
  return token === undefined
    ? tokensOf(issuerOrigin(readPorts(process.env).ISSUER_PORT))(wanted)
    : Promise.resolve(token);
};
