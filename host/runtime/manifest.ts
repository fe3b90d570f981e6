/**
 * `runtime.json`: what a runtime package is made of (docs/reference/javascript.md, "The package"). The reader is strict: a
 * field that is missing, of the wrong type or unknown is refused, for a host that ignored it would run the runtime wrongly.
 */

import type { AllowedImport, TenantPolicy } from "../component/policy/tenant-policy.ts";
import type { ExternType, ValueType } from "../component/read/module-type.ts";
import type { GoLayout } from "../component/write/go-app-module.ts";
import {
  array,
  boolean,
  type FieldReader,
  integer,
  number,
  object,
  oneOf,
  optional,
  pattern,
  record,
  text,
} from "./manifest-fields.ts";

/** The one version of the format that there is. */
export const manifestFormat = 1;

export interface RuntimeFile {
  /** Relative to the manifest's folder; no folder in it. */
  path: string;
  /** Lower-case hexadecimal. */
  sha256: string;
  bytes: number;
}

export interface ImageGlobal {
  /** Name under which the thin module exports it. */
  export: string;
  type: "i32" | "i64" | "f32" | "f64";
  /** Its value in the base image; of an i64 in decimal digits. */
  value: number | string;
}

export interface RuntimeManifest {
  format: typeof manifestFormat;
  /** As in dependency names: "plinth:js". */
  name: string;
  /** Semantic. Build metadata (`+...`) tells builds of one version apart; nothing is chosen by it. */
  version: string;
  /** "stable": a tenant may name a range of versions. "layout": it depends on addresses and names one build by its hash. */
  abi: "stable" | "layout";
  files: {
    /** The full core module: with its data, as it comes from the packager. */
    module: RuntimeFile;
    /** The thin module, which slots are instances of: no data, memory imported, mutable globals exported. */
    thin: RuntimeFile;
    /** Linear memory after start-up, up to its last page that is not zero. */
    image: RuntimeFile;
    /** A slim component that hosts run at boot, so that V8 has compiled what every tenant needs. */
    warmUp?: RuntimeFile;
    /** Of a runtime with abi "layout": where everything is, for the linker that builds tenants. The host does not read it. */
    symbols?: RuntimeFile;
  };
  /** What a slim component may import of the runtime. */
  exports: { name: string; type: ExternType }[];
  /** What the runtime needs from the host, besides its memory. */
  imports: { module: string; name: string; type: ExternType }[];
  /** Where the thin module imports its memory from, and its size in wasm pages of 64 KiB. */
  memory: { module: string; name: string; initialPages: number; maximumPages: number };
  /** Every mutable global of the thin module, to be set on a switch. */
  globals: ImageGlobal[];
  /** Entries of the function table. A `layout` says which a tenant's functions take after them. */
  table: { length: number };
  /** Of a runtime with abi "layout": where a tenant's own functions and data go. */
  layout?: GoLayout;
  /** What a tenant's core module may be. */
  policy: TenantPolicy;
  limits: {
    /** Memory that a tenant of this runtime needs at least, in wasm pages: what its base image takes. */
    minimumMemoryPages: number;
  };
}

const valueTypes = ["i32", "i64", "f32", "f64", "v128", "funcref", "externref"] as const satisfies readonly ValueType[];
const referenceTypes = ["funcref", "externref"] as const;
const count = integer(0, Number.MAX_SAFE_INTEGER);
const wasmPages = integer(0, 65_536);

const file: FieldReader<RuntimeFile> = object({
  path: pattern(/^[\w-][\w.-]*$/, "a file name"),
  sha256: pattern(/^[0-9a-f]{64}$/, "a SHA-256 in hexadecimal"),
  bytes: count,
});

const limits = (value: unknown, at: string) => {
  const { min, max } = object({ min: count, max: optional(count) })(value, at);
  return max === undefined ? { min } : { min, max };
};

const functionFields = { params: array(oneOf(valueTypes)), results: array(oneOf(valueTypes)) };
const typeFields = {
  function: functionFields,
  memory: { limits },
  table: { element: oneOf(referenceTypes), limits },
  global: { type: oneOf(valueTypes), mutable: boolean },
};
const kinds = ["function", "memory", "table", "global"] as const;

/** A type by its `kind`, together with fields that stand beside it in the same object. */
function typed<T>(value: unknown, at: string, beside: Record<string, FieldReader<unknown>> = {}): T {
  const kind = oneOf(kinds)(record(value, at).kind, `${at}.kind`);
  return object({ ...beside, kind: oneOf(kinds), ...typeFields[kind] })(value, at) as T;
}

const externType: FieldReader<ExternType> = (value, at) => typed<ExternType>(value, at);
const allowedImport: FieldReader<AllowedImport> = (value, at) =>
  typed<AllowedImport>(value, at, { module: text, name: text });

const policy: FieldReader<TenantPolicy> = object({
  sections: array(
    oneOf([
      "custom",
      "type",
      "import",
      "function",
      "global",
      "export",
      "start",
      "element",
      "code",
      "data",
      "dataCount",
    ] as const),
  ),
  imports: array(allowedImport),
  opcodes: array(text),
  exports: array(text),
  start: boolean,
  dataModes: array(oneOf(["active", "passive"] as const)),
  elements: optional(object({ first: count, most: count })),
  customSection: optional(object({ name: text, contents: text })),
  maxFunctions: count,
  maxDataBytes: count,
  maxLocals: count,
});

const layout: FieldReader<GoLayout> = object({
  id: pattern(/^[0-9a-f]{32}$/, "32 hexadecimal digits"),
  functions: object({ first: count, most: count }),
  data: object({ start: count, end: count }),
});

const global: FieldReader<ImageGlobal> = (value, at) => {
  const type = oneOf(["i32", "i64", "f32", "f64"] as const)(record(value, at).type, `${at}.type`);
  return object({
    export: text,
    type: oneOf([type]),
    value: type === "i64" ? pattern(/^-?\d{1,20}$/, "decimal digits") : number,
  })(value, at);
};

const manifest: FieldReader<RuntimeManifest> = object({
  format: oneOf([manifestFormat]),
  name: pattern(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, 'a name such as "plinth:js"'),
  version: pattern(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/, 'a version such as "1.0.0"'),
  abi: oneOf(["stable", "layout"] as const),
  files: object({ module: file, thin: file, image: file, warmUp: optional(file), symbols: optional(file) }),
  exports: array(object({ name: text, type: externType })),
  imports: array(object({ module: text, name: text, type: externType })),
  memory: object({ module: text, name: text, initialPages: wasmPages, maximumPages: wasmPages }),
  globals: array(global),
  table: object({ length: count }),
  layout: optional(layout),
  policy,
  limits: object({ minimumMemoryPages: wasmPages }),
});

/**
 * @param json a parsed `runtime.json`
 * @throws TypeError naming the field that is missing, unknown or wrong
 */
export function readManifest(json: unknown): RuntimeManifest {
  return manifest(json, "runtime.json");
}
