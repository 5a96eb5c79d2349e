/**
 * Set-up of the soak: the same generated cases on each run, so that a run that fails can be run again, and
 * one that passes says the same everywhere. `SOAK_SEED=…` (a whole number) takes others.
 */
import * as fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["SOAK_SEED"] ?? 20_261_125) });
