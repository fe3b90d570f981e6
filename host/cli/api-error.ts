/** An error that the admin API answered instead of a result: a row of the error table, as it came over the wire. */
export class ApiError extends Error {
  /** The code of the error. It can be any text, because the host may be newer than this command line. */
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status: number, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
