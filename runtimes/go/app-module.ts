/** The core module of a Go tenant, as Plinth's changed Go linker writes it: docs/reference/go-linking.md. */

import type { AllowedImport, TenantPolicy } from "../../host/component/policy/tenant-policy.ts";
import type { ModuleType } from "../../host/component/read/module-type.ts";
import { resumableExports } from "../../host/component/write/resumable-world.ts";
import { runtimeInstance } from "../../host/component/write/slim-component.ts";
import type { TenantLayout } from "../../host/runtime/manifest.ts";

/** Custom section of the runtime's and of every tenant's module: the hash of the layout that it is linked for. */
export const LAYOUT_SECTION = "plinth:layout";

const one = { min: 1 };

/** The imports of a tenant's module. All tenants have the same, so that all components share one shape and glue. */
const used: ModuleType["exports"] = [
  { name: "memory", type: { kind: "memory", limits: one } },
  { name: "table", type: { kind: "table", element: "funcref", limits: one } },
  { name: "attach", type: { kind: "function", params: ["i32", "i32"], results: [] } },
];

/** The exports that a slim Go component expects of its runtime. */
export const goRuntimeExports: ModuleType["exports"] = [...used, ...resumableExports];

/**
 * The policy for a Go tenant's core module allows only what the compiler emits. It does not allow instructions that write
 * tables, memory.size and memory.grow (only the runtime's own code grows the memory), vectors, threads, exceptions and
 * tail calls.
 */
export function goPolicy({ id, functions, data }: TenantLayout): TenantPolicy {
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
    // The start function counts too.
    maxFunctions: functions.most + 1,
    maxDataBytes: data.end - data.start,
    maxLocals: 1000,
  };
}
