/**
 * The table of all errors that a user of Plinth can meet: code, HTTP status, message. The rows stand in `errors/`, one file
 * per area, and the rows of a language stand with the language. `docs/reference/errors.md` lists the same codes, and
 * errors.test.ts fails if the two differ.
 */

import { languageErrors } from "../runtimes/errors.ts";
import { accessErrors } from "./errors/access.ts";
import { assetErrors } from "./errors/assets.ts";
import { bindingErrors } from "./errors/bindings.ts";
import type { ErrorEntry } from "./errors/entry.ts";
import { fetchErrors } from "./errors/fetch.ts";
import { ingressErrors } from "./errors/ingress.ts";
import { kvErrors } from "./errors/kv.ts";
import { manifestErrors } from "./errors/manifest.ts";
import { registryErrors } from "./errors/registry.ts";
import { toolErrors } from "./errors/tools.ts";
import { uploadErrors } from "./errors/upload.ts";

export type { ErrorEntry } from "./errors/entry.ts";

const table = {
  ...uploadErrors,
  ...assetErrors,
  ...registryErrors,
  ...accessErrors,
  ...ingressErrors,
  ...bindingErrors,
  ...fetchErrors,
  ...kvErrors,
  ...toolErrors,
  ...languageErrors,
  ...manifestErrors,
};

export type ErrorCode = keyof typeof table;

/** The table, for the documentation test and the admin API. */
export const errors: Readonly<Record<ErrorCode, ErrorEntry>> = table;

type ErrorValue = string | number;

/** Machine-readable particulars of an error: a byte offset, an import name, a limit. */
export type ErrorDetails = Readonly<Record<string, ErrorValue>>;

/** One value for each `%s` of a message, so that the compiler sees a forgotten one. */
type ValuesOf<Message extends string> = Message extends `${string}%s${infer Rest}`
  ? readonly [ErrorValue, ...ValuesOf<Rest>]
  : readonly [];

type ErrorValues<Code extends ErrorCode> = ValuesOf<(typeof table)[Code]["message"]>;

interface ErrorOptions {
  /** Goes to the admin API's JSON, beside code and message. */
  details?: ErrorDetails;
  /** Goes to the log only. */
  cause?: unknown;
}

/** The arguments of `plinthError` after the code. The values may be left out if the message has no `%s`. */
type Rest<Code extends ErrorCode> =
  ErrorValues<Code> extends readonly []
    ? [values?: readonly [], options?: ErrorOptions]
    : [values: ErrorValues<Code>, options?: ErrorOptions];

export class PlinthError extends Error {
  readonly code: ErrorCode;
  /** Status of the HTTP answer that carries this error. */
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PlinthError";
    this.code = code;
    this.status = errors[code].status;
    this.details = details;
  }
}

/**
 * Makes an error of the table.
 *
 * @param code the table's code
 * @param rest values that fill the message's `%s`, in order; then details and cause
 * @example throw plinthError("PLINTH_TENANT_NOT_FOUND", ["alice"], { details: { tenant: "alice" } })
 */
export function plinthError<Code extends ErrorCode>(code: Code, ...rest: Rest<Code>): PlinthError {
  const [values, options] = rest as [(readonly ErrorValue[])?, ErrorOptions?];
  let next = 0;
  const message = errors[code].message.replace(/%s/g, () => String(values?.[next++] ?? ""));
  return new PlinthError(code, message, options?.details ?? {}, options?.cause);
}
