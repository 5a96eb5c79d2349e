import { AppError } from "./errors.ts";

/** A stored value and the version it was read at. Versions are opaque and change with every write. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: string;
}

/** What a caller demands before a change: that there is any version, that there is none, or one of a list. */
export type Precondition = "any" | "none" | readonly string[];

/** @throws {AppError} `precondition-failed` when the version is not one the caller accepts. */
export const checkPrecondition = (
  version: string,
  precondition: Precondition | undefined,
): void => {
  if (precondition === undefined || precondition === "any") return;
  if (precondition === "none") throw new AppError("precondition-failed", "The resource exists.");
  if (!precondition.includes(version)) {
    throw new AppError("precondition-failed", "The resource has changed since it was read.");
  }
};

/** Whether a precondition holds where there is nothing. */
export const allowsAbsence = (precondition: Precondition | undefined): boolean =>
  precondition === undefined || precondition === "none";
