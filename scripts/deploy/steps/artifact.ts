/** What the build keeps of a release: the package, and the list of the functions in it. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

const PACKAGE_FILE = "stockroom.zip";
const FUNCTIONS_FILE = "functions.json";

export interface Artifact {
  readonly packageFile: string;
  readonly functions: readonly string[];
}

const functionsSchema = z.array(z.string().min(1)).min(1);

/**
 * @param folder the artifact of a build.
 * @returns undefined where the folder has no package.
 * @throws {Error} when there is a package without the list of its functions.
 */
export const readArtifact = async (folder: string): Promise<Artifact | undefined> => {
  const packageFile = join(folder, PACKAGE_FILE);
  if (!existsSync(packageFile)) return undefined;
  const list = await readFile(join(folder, FUNCTIONS_FILE), "utf8");
  return { packageFile, functions: functionsSchema.parse(JSON.parse(list)) };
};
