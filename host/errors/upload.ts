import { type ErrorTable, lines } from "./entry.ts";

/** Errors of uploads: the faults that a component can have, in the order of the steps of a deploy. */
export const uploadErrors = {
  PLINTH_UPLOAD_TOO_LARGE: {
    status: 413,
    message: lines(
      "The component is %s bytes and the limit is %s. If it brings its language's runtime along, upload a slim one",
      "(plinth build); if it is slim, leave out large dependencies (plinth build --why lists what makes it",
      "large) or ask the operator to raise the limit.",
    ),
  },
  PLINTH_COMPONENT_MALFORMED: {
    status: 400,
    message: lines(
      "The upload is not a well-formed WebAssembly component: %s (byte offset %s). Build it again and upload the",
      "whole file.",
    ),
  },
  PLINTH_COMPONENT_TRUNCATED: {
    status: 400,
    message:
      "The upload ends after %s bytes, in the middle of a section: at least %s more are missing. Upload the whole file.",
  },
  PLINTH_NOT_A_COMPONENT: {
    status: 400,
    message: lines(
      "The upload is %s, neither a WebAssembly component nor a WASI command. Build a component with plinth build, or",
      "a command (GOOS=wasip1 go build).",
    ),
  },
  PLINTH_COMPONENT_UNSUPPORTED: {
    status: 400,
    message: lines(
      "The component uses %s (byte offset %s), which Plinth does not support. docs/reference/slim-components.md lists",
      "what it supports.",
    ),
  },
  PLINTH_UNKNOWN_RUNTIME: {
    status: 422,
    message: lines(
      "The component asks for the runtime %s, which this host does not have. %s, or build for one that the host has",
      "(GET /v1/runtimes): %s.",
    ),
  },
  PLINTH_RUNTIME_VERSION: {
    status: 422,
    message: lines(
      "The component asks for the runtime %s in a version that matches %s; this host has %s. Build again with a",
      "toolchain for one of those versions.",
    ),
  },
  PLINTH_RUNTIME_INTEGRITY: {
    status: 422,
    message: lines(
      "The component was linked against %s with integrity %s; this host has %s with %s. Build again against the",
      "host's copy of the runtime.",
    ),
  },
  PLINTH_RUNTIME_TYPE: {
    status: 422,
    message: lines(
      "The component expects exports that the runtime %s does not have: %s. Build again with a toolchain for this",
      "runtime's version.",
    ),
  },
  PLINTH_POLICY: {
    status: 422,
    message: lines(
      "The tenant's core module breaks the policy of its runtime: %s (byte offset %s). Build with the runtime's own",
      "toolchain and change nothing afterwards.",
    ),
  },
  PLINTH_IMPORT_REFUSED: {
    status: 422,
    message: lines(
      "The component imports %s, which this host does not offer. Remove the dependency;",
      "docs/reference/slim-components.md, static-components.md and wasi-programs.md list what may be imported.",
    ),
  },
  PLINTH_EXPORT_MISSING: {
    status: 422,
    message: lines(
      "The component does not export %s. Export one of the plinth:http interfaces of wit/http.wit, as plinth build does,",
      "or wasi:http/incoming-handler@0.2.",
    ),
  },
  PLINTH_INTERFACE_TYPE: {
    status: 422,
    message:
      "The component's interface %s differs from this host's: %s. Build it with the host's own WIT files (wit/).",
  },
  PLINTH_TENANT_START_FAILED: {
    status: 422,
    message: "The tenant's top-level code threw while it was loaded: %s. Correct the program and deploy again.",
  },
  PLINTH_TENANT_START_LIMIT: {
    status: 422,
    message: lines(
      "The tenant's top-level code went over the %s limit of %s while it was loaded. Move the work into the request",
      "handler or ask the operator to raise the limit.",
    ),
  },
} as const satisfies ErrorTable;
