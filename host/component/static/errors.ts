export type StaticErrorCode =
  /** A core module of the component is not valid. */
  | "malformed"
  /** The component imports something that the host does not offer; `details.import` names it. */
  | "unsupported-import"
  /** The component does not export plinth:http/handler. */
  | "no-handler"
  /** A run is due, and the component does not export plinth:http/scheduled. */
  | "no-scheduled"
  /** The handler threw or trapped. */
  | "trap"
  /** The component called wasi:cli/exit; `details.status` is 0 or 1, or the component's code. */
  | "exit";

/** Tells why a static component was refused, or how its request ended. */
export class StaticComponentError extends Error {
  readonly code: StaticErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: StaticErrorCode, message: string, details: Record<string, string | number> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StaticComponentError";
    this.code = code;
    this.details = details;
  }
}
