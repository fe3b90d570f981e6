/**
 * The forms, and so the lengths, of all instructions that V8 takes: core spec 3.0 with vectors, garbage collection,
 * tail calls and exceptions, threads, relaxed vectors and the first form of exceptions. A reader passes over a module
 * by them and judges nothing. opcodes.ts has the few instructions that policies can name.
 */
import { opcodes } from "./opcodes.ts";

/** The immediates that follow an opcode. */
export const FORM = {
  unknown: 0,
  none: 1,
  block: 2,
  index: 3,
  index2: 4,
  labels: 5,
  memarg: 6,
  memargLane: 7,
  /** A signed LEB128 of any length: a constant or a heap type. */
  signed: 8,
  bytes1: 9,
  bytes4: 10,
  bytes8: 11,
  bytes16: 12,
  types: 13,
  tryTable: 14,
  castBranch: 15,
} as const;

/** The forms by opcode. `prefixed` has them by the prefix byte and the number after it. */
export const plain = new Uint8Array(256);
export const prefixed: ReadonlyMap<number, Uint8Array> = new Map(
  [0xfb, 0xfc, 0xfd, 0xfe].map((prefix) => [prefix, new Uint8Array(0x120)]),
);

const coreForms = {
  none: FORM.none,
  block: FORM.block,
  index: FORM.index,
  index2: FORM.index2,
  labels: FORM.labels,
  memarg: FORM.memarg,
  memory: FORM.index,
  i32: FORM.signed,
  i64: FORM.signed,
  f32: FORM.bytes4,
  f64: FORM.bytes8,
  reference: FORM.signed,
  types: FORM.types,
} as const;

for (const [opcode, { immediates }] of opcodes) {
  if (opcode < 0x100) plain[opcode] = coreForms[immediates];
  else prefixed.get(opcode >> 8)![opcode & 0xff] = coreForms[immediates];
}

/** @param numbers single opcodes, and ranges as `[first, last]` */
function define(table: Uint8Array, form: number, ...numbers: (number | readonly [number, number])[]): void {
  for (const entry of numbers) {
    const [first, last] = typeof entry === "number" ? [entry, entry] : entry;
    table.fill(form, first, last + 1);
  }
}

// Exceptions: try, catch, throw, rethrow, delegate, catch_all (first form); throw, throw_ref, try_table.
define(plain, FORM.block, 0x06);
define(plain, FORM.index, 0x07, 0x08, 0x09, 0x18);
define(plain, FORM.none, 0x0a, 0x19);
define(plain, FORM.tryTable, 0x1f);
// Tail calls, typed references.
define(plain, FORM.index, 0x12, 0x14, 0x15);
define(plain, FORM.index2, 0x13);
define(plain, FORM.none, 0xd3, 0xd4);
define(plain, FORM.index, 0xd5, 0xd6);

// Structs, arrays, casts, i31.
const gc = prefixed.get(0xfb)!;
define(gc, FORM.index, [0x00, 0x01], [0x06, 0x07], [0x0b, 0x0e], 0x10);
define(gc, FORM.index2, [0x02, 0x05], [0x08, 0x0a], [0x11, 0x13]);
define(gc, FORM.none, 0x0f, [0x1a, 0x1e]);
define(gc, FORM.signed, [0x14, 0x17]);
define(gc, FORM.castBranch, [0x18, 0x19]);

// Vectors; the relaxed ones from 0x100.
const vector = prefixed.get(0xfd)!;
define(vector, FORM.none, [0x0e, 0x14], [0x23, 0x53], [0x5e, 0xff], [0x100, 0x113]);
define(vector, FORM.memarg, [0x00, 0x0b], [0x5c, 0x5d]);
define(vector, FORM.bytes16, 0x0c, 0x0d);
define(vector, FORM.bytes1, [0x15, 0x22]);
define(vector, FORM.memargLane, [0x54, 0x5b]);

// Threads.
const atomic = prefixed.get(0xfe)!;
define(atomic, FORM.memarg, [0x00, 0x02], [0x10, 0x4e]);
define(atomic, FORM.bytes1, 0x03);

// The instructions of garbage collection for which opcodes.ts has no name.
export const arrayInstructions = {
  new: 0xfb06,
  newDefault: 0xfb07,
  newData: 0xfb09,
  newElem: 0xfb0a,
  fill: 0xfb10,
  copy: 0xfb11,
  initData: 0xfb12,
  initElem: 0xfb13,
} as const;
