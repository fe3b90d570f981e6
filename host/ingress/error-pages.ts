/** Pages for visitors whose requests fail, on hosts whose visitors are the program's authors. */
import type { PlinthError } from "../errors.ts";
import type { TenantLogLine } from "../observe/log-line.ts";

export interface FailedRequest {
  readonly method: string;
  readonly url: string;
  /** The header of that name; "" for none. */
  readonly host: string;
  /** The header of that name; "" for none. */
  readonly accept: string;
  readonly error: PlinthError;
  /** The lines that the request has in its tenant's log, oldest first. */
  readonly lines: readonly TenantLogLine[];
}

interface ErrorPage {
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @returns null for an answer with code and sentence alone */
export type ErrorPages = (failed: FailedRequest) => Promise<ErrorPage | null>;
