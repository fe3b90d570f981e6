/** The core module of a Go tenant, as Plinth's changed Go linker writes it: docs/reference/go-linking.md. */

import type { AllowedImport, TenantPolicy } from "../policy/tenant-policy.ts";
import type { ModuleType } from "../read/module-type.ts";
import { runtimeInstance } from "./javascript-app-module.ts";
import { resumableFunctions, resumableInterface } from "./resumable-world.ts";

/** Custom section of the runtime's and of every tenant's module: the hash of the layout that it is linked for. */
export const LAYOUT_SECTION = "plinth:layout";

/** Where a Go runtime leaves room for a tenant. Part of `runtime.json`. */
export interface GoLayout {
  /** What stands in `LAYOUT_SECTION`. */
  id: string;
  /** Table indices of a tenant's functions: from `first`, `most` of them. */
  functions: { first: number; most: number };
  /** Addresses of a tenant's data: `start` inclusive, `end` exclusive. */
  data: { start: number; end: number };
}

const one = { min: 1 };

/** What a tenant's module imports: the same for all, so that all components have one shape and one glue. */
const used: ModuleType["exports"] = [
  { name: "memory", type: { kind: "memory", limits: one } },
  { name: "table", type: { kind: "table", element: "funcref", limits: one } },
  { name: "attach", type: { kind: "function", params: ["i32", "i32"], results: [] } },
];

/** What a slim Go component expects of its runtime. */
export const goRuntimeExports: ModuleType["exports"] = [
  ...used,
  { name: "cabi_realloc", type: { kind: "function", params: ["i32", "i32", "i32", "i32"], results: ["i32"] } },
  ...resumableFunctions.map(({ name, type }) => ({
    name: `${resumableInterface}#${name}`,
    type: { kind: "function" as const, ...type },
  })),
];

/**
 * What a Go tenant's core module may be: what the compiler emits, and no more. Not among it: instructions that write tables,
 * memory.size and memory.grow (only the runtime's own code grows the memory), vectors, threads, exceptions, tail calls.
 */
export function goPolicy({ id, functions, data }: GoLayout): TenantPolicy {
  return {
    sections: ["custom", "type", "import", "function", "start", "element", "code", "data"],
    imports: used.map(({ name, type }) => ({ module: runtimeInstance, name, ...type }) as AllowedImport),
    opcodes: ["0x00-0x05", "0x0b-0x11", "0x1a-0x1b", "0x20-0x22", "0x28-0x3e", "0x41-0xc4", "0xfc00-0xfc07"].concat(
      "memory.copy",
      "memory.fill",
    ),
    exports: [],
    start: true,
    dataModes: ["active"],
    elements: { first: functions.first, most: functions.most },
    customSection: { name: LAYOUT_SECTION, contents: id },
    // With the start function.
    maxFunctions: functions.most + 1,
    maxDataBytes: data.end - data.start,
    maxLocals: 1000,
  };
}
