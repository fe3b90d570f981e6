/**
 * Every error that a user of Plinth can meet: code, HTTP status, message. `docs/reference/errors.md` lists the same
 * codes, and errors.test.ts fails where the two differ.
 *
 * `%s` in a message is filled in order by the values given to `plinthError`.
 */

export interface ErrorEntry {
  /** Status of the HTTP answer (ingress or admin API) that carries the error. */
  status: number;
  /** What is wrong, and what to do about it. */
  message: string;
}

const table = {
  // Uploads: the bytes
  PLINTH_UPLOAD_TOO_LARGE: {
    status: 413,
    message: "The component is %s bytes and the limit is %s. Upload a slim component (plinth build) or ask the operator to raise the limit.",
  },
  PLINTH_COMPONENT_MALFORMED: {
    status: 400,
    message: "The upload is not a well-formed WebAssembly component: %s (byte offset %s). Build it again and upload the whole file.",
  },
  PLINTH_NOT_A_COMPONENT: {
    status: 400,
    message: "The upload is %s, not a WebAssembly component. Build one with plinth build.",
  },
  PLINTH_COMPONENT_UNSUPPORTED: {
    status: 400,
    message: "The component uses %s (byte offset %s), which Plinth does not support. docs/reference/slim-components.md lists what it does.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof table;

/** The table, for the documentation test and the admin API. */
export const errors: Readonly<Record<ErrorCode, ErrorEntry>> = table;

export class PlinthError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Machine-readable particulars: a byte offset, an import name, a limit. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, message: string, details: Record<string, string | number>, cause?: unknown) {
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
 * @param values fill the message's `%s`, in order
 * @param options `details` go to the admin API's JSON; `cause` to the log only
 */
export function plinthError(
  code: ErrorCode,
  values: readonly (string | number)[] = [],
  options: { details?: Record<string, string | number>; cause?: unknown } = {},
): PlinthError {
  let next = 0;
  const message = errors[code].message.replace(/%s/g, () => String(values[next++]));
  return new PlinthError(code, message, options.details ?? {}, options.cause);
}
