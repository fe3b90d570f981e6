import type { ByteReader } from "./byte-reader.ts";
import { ComponentError } from "./component-error.ts";
import { MOST_PARAMETERS } from "./read-limits.ts";

export type ReferenceType = "funcref" | "externref";
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | ReferenceType | "exnref";

export interface FunctionType {
  params: readonly ValueType[];
  results: readonly ValueType[];
}

/** The limits of a memory in 64 KiB wasm pages, or of a table in entries. */
export interface Limits {
  min: number;
  max?: number;
}

/** The type of something that a module imports or exports. */
export type ExternType =
  | ({ kind: "function" } & FunctionType)
  | { kind: "table"; element: ReferenceType; limits: Limits }
  | { kind: "memory"; limits: Limits }
  | { kind: "global"; type: ValueType; mutable: boolean };

/** The type of a core module: its imports and exports. */
export interface ModuleType {
  imports: readonly { module: string; name: string; type: ExternType }[];
  exports: readonly { name: string; type: ExternType }[];
}

/** 4 GiB, the most that 32-bit addresses reach (core spec, 3.2.5). */
export const MAX_MEMORY_PAGES = 65_536;

export const valueTypeCodes: Record<ValueType, number> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
  exnref: 0x69,
};
const types = new Map(Object.entries(valueTypeCodes).map(([type, code]) => [code, type as ValueType]));

export function readValueType(reader: ByteReader): ValueType {
  const position = reader.position;
  const code = reader.u8("a value type");
  return types.get(code) ?? reader.unsupported(`the value type ${hex(code)}`, position);
}

export function readReferenceType(reader: ByteReader): ReferenceType {
  const position = reader.position;
  const type = readValueType(reader);
  if (type === "funcref" || type === "externref") return type;
  return reader.malformed(`a reference type should stand here, not ${type}`, position);
}

export function readFunctionType(reader: ByteReader): FunctionType {
  const list = (what: string): ValueType[] => {
    const found: ValueType[] = [];
    for (let left = reader.count(what, 1, MOST_PARAMETERS); left > 0; left--) found.push(readValueType(reader));
    return found;
  };
  return { params: list("parameters"), results: list("results") };
}

function readLimits(reader: ByteReader, what: string, most: number): Limits {
  const start = reader.position;
  const flags = reader.u8(`the limits of ${what}`);
  if (flags > 1) reader.unsupported(`${what} with limits of kind ${hex(flags)} (shared or 64-bit)`, start);
  const min = reader.u32(`the minimum of ${what}`);
  if (min > most) reader.malformed(`the minimum of ${what} is ${min}, and ${most} is the most`, start);
  if (flags === 0) return { min };
  const max = reader.u32(`the maximum of ${what}`);
  if (max > most) reader.malformed(`the maximum of ${what} is ${max}, and ${most} is the most`, start);
  if (max < min) reader.malformed(`the maximum of ${what} is ${max}, less than its minimum ${min}`, start);
  return { min, max };
}

export function readTableType(reader: ByteReader): ExternType & { kind: "table" } {
  const element = readReferenceType(reader);
  return { kind: "table", element, limits: readLimits(reader, "a table", 0xffff_ffff) };
}

export function readMemoryType(reader: ByteReader): ExternType & { kind: "memory" } {
  return { kind: "memory", limits: readLimits(reader, "a memory", MAX_MEMORY_PAGES) };
}

export function readGlobalType(reader: ByteReader): ExternType & { kind: "global" } {
  const type = readValueType(reader);
  const mutability = reader.u8("a global's mutability");
  if (mutability > 1) reader.malformed(`a global's mutability is 0 or 1, not ${mutability}`, reader.position - 1);
  return { kind: "global", type, mutable: mutability === 1 };
}

/** Reads the type of an import or export. A function's type is an index into `functionTypes`. */
export function readExternType(reader: ByteReader, functionTypes: readonly (FunctionType | undefined)[]): ExternType {
  const start = reader.position;
  const kind = reader.u8("the kind of an import");
  switch (kind) {
    case 0: {
      const index = reader.u32("a type index");
      const type = functionTypes[index];
      if (type === undefined) reader.malformed(`there is no function type ${index}`, start + 1);
      return { kind: "function", ...type };
    }
    case 1:
      return readTableType(reader);
    case 2:
      return readMemoryType(reader);
    case 3:
      return readGlobalType(reader);
    case 4:
      return reader.unsupported("exception tags", start);
    default:
      return reader.malformed(`imports have a kind from 0 to 4, not ${kind}`, start);
  }
}

/** A text that is equal for equal function types. */
export function functionTypeKey(type: FunctionType): string {
  return `(${type.params.join(" ")}) -> (${type.results.join(" ")})`;
}

/** A type in words, for messages: `func (i32 i32) -> (i32)`, `memory 1..`. */
export function describeExternType(type: ExternType): string {
  if (type.kind === "function") return `func ${functionTypeKey(type)}`;
  if (type.kind === "global") return `global ${type.mutable ? "mut " : ""}${type.type}`;
  const size = `${type.limits.min}..${type.limits.max ?? ""}`;
  return type.kind === "memory" ? `memory ${size}` : `table ${size} ${type.element}`;
}

/** Whether an import of type `wanted` takes a value of type `offered` (core spec, 3.4, import matching). */
export function matchesExternType(offered: ExternType, wanted: ExternType): boolean {
  const within = (offer: Limits, want: Limits) =>
    offer.min >= want.min && (want.max === undefined || (offer.max !== undefined && offer.max <= want.max));
  switch (wanted.kind) {
    case "function":
      return offered.kind === "function" && functionTypeKey(offered) === functionTypeKey(wanted);
    case "global":
      return offered.kind === "global" && offered.type === wanted.type && offered.mutable === wanted.mutable;
    case "memory":
      return offered.kind === "memory" && within(offered.limits, wanted.limits);
    case "table":
      return offered.kind === "table" && offered.element === wanted.element && within(offered.limits, wanted.limits);
  }
}

/**
 * Checks that a module of type `offered` can stand in for an import of type `wanted`, which means that it has every wanted
 * export.
 *
 * @param at name and byte offset of the import, for the error
 * @throws ComponentError `policy`, naming the export that is missing or of another type
 */
export function requireModuleType(
  wanted: ModuleType,
  offered: Pick<ModuleType, "exports">,
  at: { name: string; offset: number },
): void {
  const byName = new Map(offered.exports.map((entry) => [entry.name, entry.type]));
  for (const { name, type } of wanted.exports) {
    const found = byName.get(name);
    if (found === undefined) {
      throw new ComponentError("policy", `the runtime has no export "${name}"`, at.offset, at.name);
    }
    if (!matchesExternType(found, type)) {
      const text = `the runtime's export "${name}" is ${describeExternType(found)}, not ${describeExternType(type)}`;
      throw new ComponentError("policy", text, at.offset, at.name);
    }
  }
}

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
