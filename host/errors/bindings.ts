import type { ErrorTable } from "./entry.ts";

/** Errors that a tenant's program can meet when it calls a binding. They go to the program, not to its visitors. */
export const bindingErrors = {
  PLINTH_BINDING_CALL: {
    status: 500,
    message: "A call of a binding could not be read: %s. Rebuild the program with this host's tools.",
  },
  PLINTH_BINDING_UNKNOWN: {
    status: 500,
    message: "There is no binding %s with a method %s on this host. Rebuild the program, or have the host updated.",
  },
  PLINTH_RESPONSE_CLOSED: {
    status: 500,
    message: "Nobody reads the response's body any more. Stop writing it.",
  },
  PLINTH_NATIVE_LIMIT: {
    status: 500,
    message: "The native %s was given %s bytes; one call takes %s. Divide the work into several calls.",
  },
  PLINTH_CACHE_TOO_LARGE: {
    status: 413,
    message: "The response for %s has %s bytes, and a tenant's cache has %s. Cache a smaller one, or use KV.",
  },
  PLINTH_BINDING_TOO_EARLY: {
    status: 500,
    message: "Bindings cannot be called while the program loads. Call them while a request is served.",
  },
} as const satisfies ErrorTable;
