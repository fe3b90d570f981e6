/** Types of core modules, in the encoding of the core binary format (spec, 5.3). */
import {
  type ExternType,
  type FunctionType,
  type Limits,
  type ValueType,
  valueTypeCodes,
} from "../read/module-type.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** The byte before the description of an import or export (spec, 5.5.5). */
export const kindCodes = { function: 0, table: 1, memory: 2, global: 3 } as const;

export function writeValueType(writer: ByteWriter, type: ValueType): void {
  writer.u8(valueTypeCodes[type]);
}

export function writeFunctionType(writer: ByteWriter, type: FunctionType): void {
  writer.u8(0x60).list(type.params, writeValueType).list(type.results, writeValueType);
}

function writeLimits(writer: ByteWriter, limits: Limits): void {
  if (limits.max === undefined) writer.u8(0).u32(limits.min);
  else writer.u8(1).u32(limits.min).u32(limits.max);
}

/** Writes a type without its kind byte, as the table, memory and global sections hold it. */
export function writeDefinedType(writer: ByteWriter, type: Exclude<ExternType, { kind: "function" }>): void {
  if (type.kind === "table") {
    writeValueType(writer, type.element);
    writeLimits(writer, type.limits);
  } else if (type.kind === "memory") {
    writeLimits(writer, type.limits);
  } else {
    writeValueType(writer, type.type);
    writer.u8(type.mutable ? 1 : 0);
  }
}

/** @param typeIndex gives the index of a function type */
export function writeExternType(writer: ByteWriter, type: ExternType, typeIndex: (type: FunctionType) => number): void {
  writer.u8(kindCodes[type.kind]);
  if (type.kind === "function") writer.u32(typeIndex(type));
  else writeDefinedType(writer, type);
}
