import { type PlinthError, plinthError } from "../errors.ts";
import type { RequestLog } from "../observe/tenant-log.ts";

/**
 * The error of a request whose program cannot be read. The tenant's log has it, too, because the owner can help with a
 * new deploy.
 */
export function corruptBlob(blob: string, log: RequestLog): PlinthError {
  const error = plinthError("PLINTH_BLOB_CORRUPT", [blob], { details: { blob } });
  log.failure(error.message, null);
  return error;
}
