import { readFile } from "node:fs/promises";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../samples/photos");

/** A photograph of the samples. */
export const photo = (name: string): Promise<Buffer> => readFile(join(FOLDER, name));
