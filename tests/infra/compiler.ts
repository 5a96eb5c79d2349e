import { BICEP_CACHE, findCompiler } from "../../scripts/infra/compiler.ts";

const compiler = findCompiler({ env: process.env, cacheDir: BICEP_CACHE });

/** Where there is neither the compiler nor an SDK to bring it, the block is skipped, and says so. */
export const describeWithCompiler = (name: string, block: (compiler: string) => void): void => {
  if (compiler !== undefined) {
    describe(name, () => block(compiler));
    return;
  }
  process.stderr.write(
    `SKIPPED: ${name}: no Bicep compiler. Set BICEP, or install bicep, the Azure CLI or the .NET SDK.\n`,
  );
  describe.skip(name, () => block(""));
};
