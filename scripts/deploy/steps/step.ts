/** What the deployment programs have in common. */

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Runs the program; a failure is said in words, marked for the pipeline, and is its exit code. */
export const runStep = async (step: () => Promise<void>): Promise<void> => {
  try {
    await step();
  } catch (error) {
    console.error(messageOf(error));
    // The pipeline shows it at the head of the run.
    if (process.env["TF_BUILD"] !== undefined)
      console.log(`##vso[task.logissue type=error]${messageOf(error).split("\n")[0]}`);
    process.exitCode = 1;
  }
};

/** @throws {Error} that names the argument when it was left out. */
export const required = <K extends string>(
  values: Readonly<Partial<Record<K, unknown>>>,
  name: K,
): string => {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw new Error(`--${name} is missing`);
  return value;
};
