/** The parsers of bytes and text from outside, each with the errors that it may answer with. */

import { checkKey } from "../../host/bindings/kv/names.ts";
import { decodeCall } from "../../host/bindings/message.ts";
import { ComponentError } from "../../host/component/read/component-error.ts";
import { readCustomSections } from "../../host/component/read/custom-sections.ts";
import { parseDependency } from "../../host/component/read/dependency-name.ts";
import { readOutline } from "../../host/component/read/module-outline.ts";
import { PlinthError } from "../../host/errors.ts";
import { readRequestTarget } from "../../host/ingress/request-target.ts";
import { parseManifest } from "../../host/manifest/parse.ts";
import { readConfig } from "../../host/manifest/read-config.ts";
import { Delta } from "../../host/memory/delta.ts";
import { ImageError } from "../../host/memory/image-error.ts";
import { parseHostname, parseTenantName } from "../../host/store/names.ts";
import { parseCgiResponse } from "../../host/wasi/cgi-response.ts";
import { WasiError } from "../../host/wasi/errors.ts";

export interface Parser {
  read(bytes: Uint8Array): unknown;
  /** Whether an error is one that the parser may answer with. */
  refuses(error: unknown): boolean;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

/** An error of the table with one of these codes. */
const coded =
  (...codes: string[]) =>
  (error: unknown) =>
    error instanceof PlinthError && codes.includes(error.code);
const malformed = (error: unknown) => error instanceof ComponentError;

/** The parsers by name; each has a folder of that name in corpus/. */
export const parsers: Readonly<Record<string, Parser>> = {
  manifest: {
    read: (bytes) => parseManifest(text(bytes), "plinth.jsonc", ["javascript", "go"]),
    refuses: coded("PLINTH_MANIFEST_INVALID"),
  },
  "version-config": {
    read: (bytes) => readConfig(bytes, 1 << 16),
    refuses: (error) => malformed(error) || coded("PLINTH_MANIFEST_INVALID")(error),
  },
  "custom-sections": { read: readCustomSections, refuses: malformed },
  "module-outline": { read: (bytes) => readOutline(bytes), refuses: malformed },
  dependency: { read: (bytes) => parseDependency(text(bytes)), refuses: malformed },
  delta: {
    read: (bytes) => Delta.decode(bytes).pages(),
    refuses: (error) => error instanceof ImageError && error.code === "malformed-delta",
  },
  "cgi-response": {
    read: parseCgiResponse,
    refuses: (error) => error instanceof WasiError && error.code === "bad-response",
  },
  "binding-call": { read: decodeCall, refuses: coded("PLINTH_BINDING_CALL") },
  "request-target": {
    read(bytes) {
      const [url = "", ...fields] = latin1(bytes).split("\n");
      const rawHeaders = fields.flatMap((field) => field.split(/:\s*(.*)/s).slice(0, 2));
      return readRequestTarget({ url, rawHeaders, httpVersion: "1.1" });
    },
    refuses: coded("PLINTH_BAD_HTTP"),
  },
  hostname: { read: (bytes) => parseHostname(text(bytes)), refuses: coded("PLINTH_HOSTNAME") },
  "tenant-name": { read: (bytes) => parseTenantName(text(bytes)), refuses: coded("PLINTH_TENANT_NAME") },
  "kv-key": { read: (bytes) => checkKey(text(bytes)), refuses: coded("PLINTH_KV_KEY") },
};
