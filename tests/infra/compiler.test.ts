import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { findCompiler } from "../../scripts/infra/compiler.ts";
import { temporaryFolder } from "../helpers/program.ts";

const OURS = "Bicep CLI version 0.49.2 (0123456789)";
const OTHER = "Bicep CLI version 0.20.4 (0123456789)";

let folder = "";
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ path: folder, remove } = await temporaryFolder());
});

afterEach(() => remove());

/** @returns the path of a program that prints one line. */
const program = async (name: string, prints: string): Promise<string> => {
  const file = join(folder, name);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho '${prints}'\n`);
  await chmod(file, 0o755);
  return file;
};

const find = (env: Readonly<Record<string, string>>): string | undefined =>
  findCompiler({
    env: { PATH: join(folder, "path"), HOME: folder, ...env },
    cacheDir: join(folder, "cache"),
  });

it("takes what BICEP names before all else, whatever its version", async () => {
  await program("path/bicep", OURS);
  const named = await program("mine", OTHER);

  expect(find({ BICEP: named })).toBe(named);
});

it("refuses a BICEP that is no program", () => {
  expect(() => find({ BICEP: join(folder, "absent") })).toThrow("is not a program");
});

it("takes bicep from the PATH", async () => {
  const installed = await program("path/bicep", OURS);

  expect(find({})).toBe(installed);
});

it("takes the compiler of the Azure CLI", async () => {
  await program("path/az", "");
  const installed = await program(".azure/bin/bicep", OURS);

  expect(find({})).toBe(installed);
});

it("has the .NET SDK bring the right version where another one is installed", async () => {
  await program("path/bicep", OTHER);
  const restored = join(
    folder,
    "cache/packages/azure.bicep.commandline.linux-x64/0.49.2/tools/bicep",
  );
  const dotnet = await program("path/dotnet", "");
  await writeFile(
    dotnet,
    `#!/bin/sh\n/bin/mkdir -p '${join(restored, "..")}'\n/bin/ln -s /bin/true '${restored}'\n`,
  );

  expect(find({})).toBe(restored);
});

it("repeats what the SDK said when it cannot bring the compiler", async () => {
  const dotnet = await program("path/dotnet", "");
  await writeFile(dotnet, "#!/bin/sh\necho 'error NU1101: no such package'\nexit 1\n");

  expect(() => find({})).toThrow("NU1101");
});

it("takes another version where nothing else can be had", async () => {
  const installed = await program("path/bicep", OTHER);

  expect(find({})).toBe(installed);
});

it("finds nothing where there is nothing", () => {
  expect(find({})).toBeUndefined();
});
