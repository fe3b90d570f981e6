import { CommanderError } from "commander";
import { PlinthError, plinthError } from "../errors.ts";
import { ApiError } from "./api-error.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

export interface ErrorDescription {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly exitCode: ExitCode;
  /** Whether the error is a fault of Plinth, which nobody foresaw. */
  readonly unexpected: boolean;
}

const exitCodeOf: Readonly<Record<string, ExitCode>> = {
  PLINTH_USAGE: exitCodes.usage,
  PLINTH_TOKEN_MISSING: exitCodes.usage,
  PLINTH_ADMIN_UNREACHABLE: exitCodes.unreachable,
};

/** Gives code, sentence and exit code of any error that a command can throw. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof PlinthError || error instanceof ApiError) {
    const { code, message, details } = error;
    return { code, message, details, exitCode: exitCodeOf[code] ?? exitCodes.failure, unexpected: false };
  }
  if (error instanceof CommanderError) {
    const reason = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    return describeError(plinthError("PLINTH_USAGE", [reason]));
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "PLINTH_INTERNAL",
    message,
    details: {},
    exitCode: exitCodes.failure,
    unexpected: !isSystemError(error),
  };
}

/** Errors of the operating system (a file that may not be written) say what is wrong by themselves. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
