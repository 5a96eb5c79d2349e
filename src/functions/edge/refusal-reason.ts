import { AppError, type ErrorCode } from "../../domain/errors.ts";

const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  "authentication-required",
  "insufficient-role",
  "insufficient-scope",
  "invalid-token",
  "person-required",
]);

const causeCode = ({ cause }: AppError): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined;

/**
 * Why a caller was not let in, by one of few words; what is wrong with a token is told by the code of
 * the library that read it, such as `ERR_JWT_EXPIRED`. Undefined when access was not the matter.
 */
export const refusalReason = (error: unknown): string | undefined =>
  error instanceof AppError && REFUSALS.has(error.code)
    ? (causeCode(error) ?? error.code)
    : undefined;
