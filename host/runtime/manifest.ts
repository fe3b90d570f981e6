/**
 * `runtime.json`, the manifest of a runtime package (docs/reference/javascript.md, "The package"). The reader refuses a
 * field that is missing, unknown or of the wrong type: a host that ignored one would run the runtime wrongly.
 */

import type { AllowedImport, TenantPolicy } from "../component/policy/tenant-policy.ts";
import type { ExternType, ValueType } from "../component/read/module-type.ts";
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

/** The only version of the format. */
export const manifestFormat = 1;

export interface RuntimeFile {
  /** File name in the manifest's folder. */
  path: string;
  /** Lower-case hexadecimal. */
  sha256: string;
  bytes: number;
}

export interface ImageGlobal {
  /** Name under which the thin module exports it. */
  export: string;
  type: "i32" | "i64" | "f32" | "f64";
  /** The value in the base image. An i64 is a string of decimal digits. */
  value: number | string;
}

/** The places that a runtime with abi "layout" leaves for a tenant. */
export interface TenantLayout {
  /** Names the layout. Tenants' modules carry it, and the policy demands it. */
  id: string;
  /** Table indices of a tenant's functions: from `first`, `most` of them. */
  functions: { first: number; most: number };
  /** Addresses of a tenant's data: `start` inclusive, `end` exclusive. */
  data: { start: number; end: number };
}

export interface RuntimeManifest {
  format: typeof manifestFormat;
  /** The name in dependency names: "plinth:js". */
  name: string;
  /** A semantic version. Build metadata (`+...`) tells builds of one version apart, but chooses none. */
  version: string;
  /**
   * "stable": a tenant may name a range of versions. "layout": a tenant depends on addresses and names one build by its
   * hash.
   */
  abi: "stable" | "layout";
  files: {
    /** The full core module with its data, as the packager makes it. */
    module: RuntimeFile;
    /**
     * The thin module. A slot is an instance of it. It has no data, imports its memory and exports its mutable globals.
     */
    thin: RuntimeFile;
    /** The linear memory after start-up, up to its last page that is not zero. */
    image: RuntimeFile;
    /** A slim component that hosts run at boot, so that V8 compiles the functions early that every tenant needs. */
    warmUp?: RuntimeFile;
    /** Addresses of a runtime with abi "layout", for the linker that builds tenants. The host does not read them. */
    symbols?: RuntimeFile;
  };
  /** Exports of the runtime that a slim component may import. */
  exports: { name: string; type: ExternType }[];
  /** Imports of the runtime from the host, besides its memory. */
  imports: { module: string; name: string; type: ExternType }[];
  /** The thin module's import of its memory, and the memory's size in pages of 64 KiB. */
  memory: { module: string; name: string; initialPages: number; maximumPages: number };
  /** Every mutable global of the thin module. A switch sets them. */
  globals: ImageGlobal[];
  /** Length of the runtime's own part of the function table. A `layout` gives a tenant's functions a part behind it. */
  table: { length: number };
  /** Places of a tenant's own functions and data, for a runtime with abi "layout". */
  layout?: TenantLayout;
  /** Rules for a tenant's core module. */
  policy: TenantPolicy;
  limits: {
    /** The least memory of a tenant of this runtime, in pages of 64 KiB: its base image needs that much. */
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

/** Reads a type by its `kind`, together with other fields of the same object. */
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

const layout: FieldReader<TenantLayout> = object({
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
  files: object({ module: file, thin: file, image: file, symbols: optional(file), warmUp: optional(file) }),
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
