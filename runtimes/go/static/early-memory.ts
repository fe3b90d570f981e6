/**
 * Makes a program's core module fit for the adapter from WASI preview 1 to WASI 0.2.
 *
 * The adapter has no own memory. At its first call it asks the program's `cabi_realloc` for its stack and its state. That
 * is too early for Go, because Go's runtime makes the first call while it starts. The memory must not grow for the adapter
 * either: the runtime uses the memory behind the program's data for its heap, without a look at the memory's size.
 *
 * So the SDK reserves room among its variables (runtimes/go/sdk/guest/early_wasip1.go). The module changes in two places:
 *
 * - `cabi_realloc` hands out that room until the runtime has started. From then on it is the program's own function.
 * - `_initialize` records at its end that the runtime has started.
 */

import {
  type CoreModule,
  parseCoreModule,
  rangeReader,
  type SectionName,
} from "../../../host/component/read/core-module.ts";
import type { FunctionType } from "../../../host/component/read/module-type.ts";
import { OP } from "../../../host/component/read/opcodes.ts";
import { ByteWriter, written } from "../../../host/component/write/byte-writer.ts";
import { TypeTable, writeModule } from "../../../host/component/write/module-writer.ts";
import { exportSection } from "../../../host/component/write/rewrite-exports.ts";

const noValues: FunctionType = { params: [], results: [] };
const reallocType: FunctionType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };

/**
 * @param bytes core module of a Go program with the SDK, built with -buildmode=c-shared
 * @throws Error if the module is no such program
 */
export function withEarlyMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const module = parseCoreModule(bytes);
  const room = findRoom(module);
  // Address of the remaining room; 0 once the runtime has started.
  const left = module.globals.length;
  const initialize = module.functions.length;
  const bodies = [
    initializeBody(left, functionIndex(module, "_initialize")),
    reallocBody(left, room.end, functionIndex(module, "cabi_realloc")),
  ];
  const types = new TypeTable(module.types);
  const typeIndices = [noValues, reallocType].map((type) => types.indexOf(type));
  const replaced = new Map([
    ["_initialize", initialize],
    ["cabi_realloc", initialize + 1],
  ]);
  const exports = module.exports.map((entry) => ({ ...entry, index: replaced.get(entry.name) ?? entry.index }));

  const sections = new Map<SectionName, Uint8Array>();
  for (const { id, body, end } of module.sections) if (id !== "custom") sections.set(id, bytes.subarray(body, end));
  const append = (name: SectionName, items: readonly Uint8Array[]) => sections.set(name, appended(module, name, items));
  sections.set("type", types.finish());
  append(
    "function",
    typeIndices.map((index) => written((w) => w.u32(index))),
  );
  const [i32, mutable] = [0x7f, 1];
  append("global", [written((w) => w.u8(i32, mutable, OP.i32Const).s32(room.start).u8(OP.end))]);
  sections.set("export", exportSection(exports, 0));
  append(
    "code",
    bodies.map((body) => written((w) => w.sized(body))),
  );
  return writeModule(sections);
}

function initializeBody(left: number, initialize: number): Uint8Array {
  return written((w) => {
    w.u32(0); // no locals
    w.u8(OP.call).u32(initialize);
    w.u8(OP.i32Const).s32(0).u8(OP.globalSet).u32(left).u8(OP.end);
  });
}

/** Hands out the room in the order of the calls. Both sizes are multiples of every alignment. */
function reallocBody(left: number, end: number, realloc: number): Uint8Array {
  const [size, toI32, toNothing] = [3, 0x7f, 0x40];
  return written((w) => {
    w.u32(0); // no locals
    w.u8(OP.globalGet).u32(left).u8(OP.if, toI32);
    w.u8(OP.globalGet).u32(left); // is the result
    w.u8(OP.globalGet).u32(left).u8(OP.localGet).u32(size).u8(OP.i32Add, OP.globalSet).u32(left);
    w.u8(OP.globalGet).u32(left).u8(OP.i32Const).s32(end).u8(OP.i32GtU, OP.if, toNothing, OP.unreachable, OP.end);
    w.u8(OP.else);
    for (const parameter of reallocType.params.keys()) w.u8(OP.localGet).u32(parameter);
    w.u8(OP.call).u32(realloc).u8(OP.end, OP.end);
  });
}

/** The program's data has this mark before the room's address and length. */
const mark = Buffer.alloc(16);
mark.writeBigUInt64LE(0x7261_6520_6e61_6d20n);
mark.writeBigUInt64LE(0xb19b_00c5_e2d4_9f37n, 8);

function findRoom(module: CoreModule): { start: number; end: number } {
  for (const { contents } of module.data) {
    const data = Buffer.from(
      module.bytes.buffer,
      module.bytes.byteOffset + contents.start,
      contents.end - contents.start,
    );
    const at = data.indexOf(mark);
    if (at < 0) continue;
    // Go's linker leaves out zeros, so the highest bytes of the length may be missing.
    const words = Buffer.alloc(16);
    data.copy(words, 0, at + mark.length);
    const start = words.readUInt32LE();
    return { start, end: start + words.readUInt32LE(8) };
  }
  throw new Error("the program was built without Plinth's SDK: it does not import plinth.dev/sdk");
}

function functionIndex(module: CoreModule, name: string): number {
  const found = module.exports.find((entry) => entry.name === name && entry.kind === "function");
  if (found === undefined) throw new Error(`the program does not export the function ${name}`);
  return found.index;
}

/** Adds items at the end of a section that is a list. @returns the section's new body */
function appended(module: CoreModule, name: SectionName, items: readonly Uint8Array[]): Uint8Array {
  const section = module.sections.find(({ id }) => id === name)!;
  const reader = rangeReader(module, { start: section.body, end: section.end });
  const writer = new ByteWriter().u32(reader.u32() + items.length).bytes(reader.take(reader.remaining));
  for (const item of items) writer.bytes(item);
  return writer.finish();
}
