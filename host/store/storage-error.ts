import { PlinthError, plinthError } from "../errors.ts";

const FULL: readonly unknown[] = ["ENOSPC", "EDQUOT"];

/**
 * The error that a client may see of a fault of the data folder. Only the host's log has the name of the file.
 *
 * @returns null if the error is about something else
 */
export function storageError(error: unknown): PlinthError | null {
  if (error instanceof PlinthError) {
    if (error.code === "PLINTH_DATABASE") return plinthError("PLINTH_DATA_UNAVAILABLE", [], { cause: error });
    return error.code === "PLINTH_DISK_FULL" ? plinthError("PLINTH_DISK_FULL", [], { cause: error }) : null;
  }
  const isFull = FULL.includes((error as { code?: unknown } | null)?.code);
  return isFull ? plinthError("PLINTH_DISK_FULL", [], { cause: error }) : null;
}
