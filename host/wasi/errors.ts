export type WasiErrorCode =
  /** The bytes are not valid WebAssembly. */
  | "malformed"
  /** A core module that cannot be started as a WASI command. */
  | "not-a-wasi-command"
  /** The command imports something besides WASI preview 1; `details.import` names it. */
  | "unsupported-import"
  /** The command trapped. */
  | "trap"
  /** The command wrote more to standard output than a response may have. */
  | "output-limit"
  /** The command's standard output is no CGI response. */
  | "bad-response";

/** Why a WASI command was refused, or how its request ended. */
export class WasiError extends Error {
  readonly code: WasiErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: WasiErrorCode, message: string, details: Record<string, string | number> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "WasiError";
    this.code = code;
    this.details = details;
  }
}
