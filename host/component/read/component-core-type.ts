import type { ByteReader } from "./byte-reader.ts";
import {
  type ExternType,
  type FunctionType,
  hex,
  type ModuleType,
  readExternType,
  readFunctionType,
} from "./module-type.ts";

/** An entry of a component's core type index space. */
export type CoreType = { kind: "function"; type: FunctionType } | { kind: "module"; type: ModuleType };

/**
 * Reads `core:deftype` (component model, Binary.md, "Core Type Definitions"): a function type or a module type.
 *
 * @param outer the core types that stand before it, for aliases in module types
 */
export function readCoreType(reader: ByteReader, outer: readonly CoreType[]): CoreType {
  const start = reader.position;
  const form = reader.u8("a core type");
  if (form === 0x60) return { kind: "function", type: readFunctionType(reader) };
  if (form === 0x50) return { kind: "module", type: readModuleType(reader, outer) };
  return reader.unsupported(`a core type of form ${hex(form)}`, start);
}

function readModuleType(reader: ByteReader, outer: readonly CoreType[]): ModuleType {
  const types: FunctionType[] = [];
  const imports: { module: string; name: string; type: ExternType }[] = [];
  const exports: { name: string; type: ExternType }[] = [];
  const seen = new Set<string>();
  for (let left = reader.count("declarations", 3); left > 0; left--) {
    const start = reader.position;
    const kind = reader.u8("a declaration in a module type");
    if (kind === 0) {
      const module = reader.name("an import's module name");
      const name = reader.name("an import's name");
      imports.push({ module, name, type: readExternType(reader, types) });
    } else if (kind === 1) {
      const form = reader.u8("a type");
      if (form !== 0x60) reader.unsupported(`a type of form ${hex(form)} in a module type`, start);
      types.push(readFunctionType(reader));
    } else if (kind === 2) {
      types.push(readOuterType(reader, outer));
    } else if (kind === 3) {
      const name = reader.name("an export's name");
      if (seen.has(name)) reader.malformed(`"${name}" is exported twice`, start, name);
      seen.add(name);
      exports.push({ name, type: readExternType(reader, types) });
    } else {
      reader.malformed(`declarations in a module type have a kind from 0 to 3, not ${kind}`, start);
    }
  }
  return { imports, exports };
}

/** `core:alias`: sort 0x10 (type), target 0x01 (outer), number of levels out, index. One level out is the component. */
function readOuterType(reader: ByteReader, outer: readonly CoreType[]): FunctionType {
  const start = reader.position;
  const [sort, target] = [reader.u8("a sort"), reader.u8("an alias target")];
  if (sort !== 0x10 || target !== 0x01) reader.malformed("a module type may alias outer types only", start);
  const [levels, index] = [reader.u32("a number of levels"), reader.u32("a type index")];
  if (levels !== 1) reader.unsupported(`an alias of a type ${levels} levels out`, start);
  const type = outer[index];
  if (type?.kind !== "function") return reader.malformed(`core type ${index} is not a function type`, start);
  return type.type;
}
