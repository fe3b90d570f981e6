import { componentPreamble, componentSectionIds } from "../read/component.ts";
import { type FunctionType, functionTypeKey, type ModuleType } from "../read/module-type.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { customSection } from "./module-writer.ts";
import {
  namedTypes,
  resumableFunctions,
  resumableInterface,
  resumableTypeIndices,
  resumableTypes,
} from "./resumable-world.ts";
import { writeExternType, writeFunctionType } from "./write-type.ts";

/** The name by which a tenant's core module imports its runtime. */
export const runtimeInstance = "rt";

export interface SlimComponentParts {
  /** The import's name: `unlocked-dep=<plinth:js@{>=1.0.0 <2.0.0}>`. */
  dependency: string;
  /** The runtime's exports that the tenant's code and the lifts use. Their order is part of the component's shape. */
  runtimeExports: ModuleType["exports"];
  /** The tenant's core module. */
  appModule: Uint8Array;
  /** The name under which the tenant's module imports the runtime; `runtimeInstance` by default. */
  appImportsFrom?: string;
  world: "resumable-service";
  customSections?: readonly { name: string; contents: Uint8Array }[];
}

/** Sorts in aliases, arguments and exports (component model, Binary.md, "Instance Definitions"). */
const sort = { func: 0x01, type: 0x03, instance: 0x05, core: { func: 0x00, memory: 0x02, instance: 0x12 } } as const;

/**
 * Writes a slim component. docs/reference/slim-components.md shows it in the text format.
 *
 * The index spaces: core module 0 is the runtime, 1 the app. Core instance 0 is the runtime's, 1 the app's. There is
 * one core memory. Core function 0 is `cabi_realloc`, and the lifted ones follow.
 */
export function buildSlimComponent(parts: SlimComponentParts): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().bytes(componentPreamble);
  const section = (id: keyof typeof componentSectionIds, write: (writer: ByteWriter) => void) =>
    writer.section(componentSectionIds[id], written(write));

  section("coreType", (w) => writeModuleType(w.u32(1), parts.runtimeExports));
  section("import", (w) => w.u32(1).u8(0x00).name(parts.dependency).u8(0x00, 0x11, 0));
  section("coreInstance", (w) => w.u32(1).u8(0x00, 0).u32(0));
  writer.section(componentSectionIds.coreModule, parts.appModule);
  const argument = parts.appImportsFrom ?? runtimeInstance;
  section("coreInstance", (w) => w.u32(1).u8(0x00, 1).u32(1).name(argument).u8(sort.core.instance, 0));

  const aliases = ["cabi_realloc", ...resumableFunctions.map(({ name }) => `${resumableInterface}#${name}`)];
  section("alias", (w) => {
    w.u32(1 + aliases.length);
    w.u8(0x00, sort.core.memory, 0x01, 0).name("memory");
    for (const name of aliases) w.u8(0x00, sort.core.func, 0x01, 0).name(name);
  });
  writer.section(componentSectionIds.type, resumableTypes());
  section("canon", (w) =>
    w.list(resumableFunctions, (_, { name }) => {
      const coreFunction = 1 + resumableFunctions.findIndex((candidate) => candidate.name === name);
      const options = [0x00, 0x03, 0, 0x04, 0]; // utf8, memory 0, realloc: core function 0
      w.u8(0x00, 0x00, coreFunction, 3, ...options, resumableTypeIndices[name]);
    }),
  );
  section("instance", (w) => {
    w.u32(1).u8(0x01);
    w.u32(namedTypes.length + resumableFunctions.length);
    for (const name of namedTypes) w.u8(0x00).name(name).u8(sort.type, resumableTypeIndices[name]);
    for (const [index, { name }] of resumableFunctions.entries()) w.u8(0x00).name(name).u8(sort.func, index);
  });
  section("export", (w) => w.u32(1).u8(0x00).name(resumableInterface).u8(sort.instance, 0, 0x00));
  for (const { name, contents } of parts.customSections ?? []) writer.bytes(customSection(name, contents));
  return writer.finish();
}

/** Writes a `core:moduletype` with exports only. Each function type is declared before its first use. */
function writeModuleType(writer: ByteWriter, exports: ModuleType["exports"]): void {
  const indices = new Map<string, number>();
  const declarations: Uint8Array[] = [];
  const typeIndex = (type: FunctionType): number => {
    const key = functionTypeKey(type);
    const known = indices.get(key);
    if (known !== undefined) return known;
    declarations.push(written((w) => writeFunctionType(w.u8(0x01), type)));
    indices.set(key, indices.size);
    return indices.size - 1;
  };
  for (const { name, type } of exports) {
    const description = written((w) => writeExternType(w, type, typeIndex));
    declarations.push(written((w) => w.u8(0x03).name(name).bytes(description)));
  }
  writer.u8(0x50).list(declarations, (w, declaration) => w.bytes(declaration));
}
