import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What a secret looks like, by its kind; the first group is the part that counts. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  "a private key": /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*(?<secret>[A-Za-z0-9+/=]{40,})/gu,
  "a key of an account": /AccountKey=(?<secret>[A-Za-z0-9+/]{40,}={0,2})/gu,
  "a key of a namespace": /SharedAccessKey=(?<secret>[A-Za-z0-9+/]{40,}={0,2})/gu,
  "a secret of an application": /(?<secret>[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34})/gu,
  "a signed link": /[?&]sig=(?<secret>[A-Za-z0-9%+/]{40,})/gu,
  "a token": /(?<secret>eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{40,})/gu,
};

/** The keys that every emulator has, which open nothing but local data. */
const PUBLIC_KEYS = [
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
];

const findSecrets = (text: string): readonly string[] =>
  Object.entries(SECRETS).flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)]
      .filter((match) => !PUBLIC_KEYS.includes(match.groups?.["secret"] ?? ""))
      .map(() => kind),
  );

const secretsIn = (files: readonly string[]): readonly string[] =>
  files.flatMap((file) =>
    findSecrets(readFileSync(file, "latin1")).map((kind) => `${file}: ${kind}`),
  );

it("finds each kind of secret", () => {
  const key = "k".repeat(64);
  const samples = [
    `-----BEGIN PRIVATE KEY-----\n${key}`,
    `AccountKey=${key}==`,
    `SharedAccessKey=${key}=`,
    `abc8Q~${"x".repeat(32)}`,
    `https://x.example/?sv=1&sig=${key}`,
    `eyJ${key}.eyJ${key}.${key}`,
  ];

  expect(samples.flatMap(findSecrets)).toStrictEqual(Object.keys(SECRETS));
});

it("finds none in the repository but the public keys of emulators", () => {
  const files = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0");

  expect(secretsIn(files.filter((file) => file !== "" && existsSync(file)))).toStrictEqual([]);
});

it("finds none in what is deployed but the key that the storage SDK has itself", () => {
  const files = readdirSync("dist", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".cjs"))
    .map((file) => join("dist", file));

  expect(files).not.toHaveLength(0);
  expect(secretsIn(files)).toStrictEqual([]);
});
