/** How every local program ends: in order on a signal, at once on a second one, never as an orphan. */

/**
 * Calls `stop` once, on SIGINT, SIGTERM or when the parent process is gone, and exits with 0; with 1
 * when stopping fails. A second signal exits at once with 1.
 */
export const stopOnSignals = (stop: () => Promise<void>): void => {
  let stopping = false;
  const begin = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", begin);
  process.on("SIGTERM", begin);
  process.on("disconnect", begin);
};

/** Runs a program; a failure prints its message alone, since it is written for the person at the keys. */
export const exitOnFailure = async (program: () => Promise<void>): Promise<void> => {
  try {
    await program();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
};
