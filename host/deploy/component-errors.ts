/** Turns the faults that host/component finds in an upload into the host's errors. */
import { ComponentError } from "../component/read/component-error.ts";
import { StaticComponentError } from "../component/static/errors.ts";
import { handlerInterface } from "../component/static/interfaces.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import { WasiError } from "../wasi/errors.ts";

/** Runs a step that reads the upload. @throws PlinthError in place of the component folder's own errors */
export function readingUpload<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw translate(error);
  }
}

/** The same for an asynchronous step. */
export async function readingUploadAsync<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (error instanceof ComponentError) return fromComponentError(error);
  if (error instanceof StaticComponentError) return fromStaticError(error);
  if (error instanceof WasiError) return fromWasiError(error);
  return error;
}

function fromComponentError(error: ComponentError): PlinthError {
  const { kind, message, offset, subject } = error;
  const options = { details: subject === undefined ? { offset } : { offset, subject }, cause: error };
  switch (kind) {
    case "malformed":
      return plinthError("PLINTH_COMPONENT_MALFORMED", [message, offset], options);
    case "unsupported":
      return plinthError("PLINTH_COMPONENT_UNSUPPORTED", [message, offset], options);
    case "policy":
      return plinthError("PLINTH_POLICY", [message, offset], options);
    case "interface":
      return plinthError("PLINTH_INTERFACE_TYPE", [subject ?? "", message], options);
  }
}

function fromStaticError(error: StaticComponentError): PlinthError {
  const options = { details: error.details, cause: error };
  switch (error.code) {
    case "malformed":
      // jco does not tell the offset.
      return plinthError("PLINTH_COMPONENT_MALFORMED", [error.message, "unknown"], options);
    case "unsupported-import":
      return plinthError("PLINTH_IMPORT_REFUSED", [String(error.details.import)], options);
    case "no-handler":
      return plinthError("PLINTH_EXPORT_MISSING", [handlerInterface], options);
    case "no-scheduled":
    case "trap":
    case "exit":
      return plinthError("PLINTH_TENANT_START_FAILED", [error.message], options);
  }
}

function fromWasiError(error: WasiError): PlinthError {
  const options = { details: error.details, cause: error };
  switch (error.code) {
    case "not-a-wasi-command":
      return plinthError("PLINTH_NOT_A_COMPONENT", [error.message], options);
    case "unsupported-import":
      return plinthError("PLINTH_IMPORT_REFUSED", [String(error.details.import)], options);
    default:
      // V8's message has the offset.
      return plinthError("PLINTH_COMPONENT_MALFORMED", [error.message, "unknown"], options);
  }
}
