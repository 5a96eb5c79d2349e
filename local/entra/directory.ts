/** The tenant that the local issuer speaks for: its API, its people, its services. */
import { createHash } from "node:crypto";

export const TENANT_ID = "0a7c1f52-6f0e-4d0b-9a57-3c1d7a6e5b20";

/** The registration of the API: what tokens of version 2.0 name as their audience. */
export const API_CLIENT_ID = "5b0d5e8e-93a4-4a7e-8f39-0d4e6f1c2a11";
/** Its application id URI: what tokens of version 1.0 name, and what scopes begin with. */
export const API_URI = "api://stockroom";
export const API_SCOPE = "access_as_user";

export interface Person {
  readonly kind: "person";
  readonly objectId: string;
  readonly username: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export interface Service {
  readonly kind: "service";
  /** Of its service principal. */
  readonly objectId: string;
  readonly clientId: string;
  readonly roles: readonly string[];
}

export type Principal = Person | Service;

/** An object id made from a name: the same person has the same one after every restart. */
const objectIdOf = (name: string): string => {
  const hex = createHash("sha256").update(name.toLowerCase()).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
};

const personOf = (username: string, name: string, roles: readonly string[]): Person => ({
  kind: "person",
  objectId: objectIdOf(username),
  username,
  name,
  roles,
});

/** Who the sign-in page offers. */
export const PEOPLE: readonly Person[] = [
  personOf("rita@stockroom.example", "Rita Reader", ["reader"]),
  personOf("edith@stockroom.example", "Edith Editor", ["editor"]),
  personOf("adam@stockroom.example", "Adam Admin", ["admin"]),
  personOf("nora@stockroom.example", "Nora Norole", []),
];

const SERVICE_ROLES: Readonly<Record<string, readonly string[]>> = {
  "reader-service": ["reader"],
  "editor-service": ["editor"],
  "admin-service": ["admin"],
};

/** @param roles instead of those that the directory has. */
export const findPerson = (
  username: string,
  { name, roles }: { name?: string | undefined; roles?: readonly string[] | undefined } = {},
): Person => {
  const known = PEOPLE.find((person) => person.username === username.toLowerCase());
  const made = known ?? personOf(username, username, []);
  return { ...made, name: name ?? made.name, roles: roles ?? made.roles };
};

/** Any client id is let in; one the directory does not know has no role, as in Entra ID. */
export const findService = (clientId: string, roles?: readonly string[]): Service => ({
  kind: "service",
  objectId: objectIdOf(`service ${clientId}`),
  clientId,
  roles: roles ?? SERVICE_ROLES[clientId] ?? [],
});
