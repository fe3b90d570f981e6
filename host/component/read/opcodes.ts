/**
 * The instructions that Plinth reads: the core specification's 1.0 set, sign extension, saturating float-to-int, bulk
 * memory, reference types and multi-value (core spec 2.0, 5.4, without vectors). An opcode after the prefix 0xfc has the
 * number 0xfc00 + its own.
 */

/** The immediates that follow an opcode. */
type Immediates =
  | "none"
  | "block" // block type
  | "index" // one label, function, local, global, table, data or element index
  | "index2" // two of them: type and table, data and memory, ...
  | "labels" // br_table
  | "memarg" // alignment, offset
  | "memory" // memory index
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "reference" // reference type
  | "types"; // select with types

export interface Opcode {
  name: string;
  immediates: Immediates;
}

export const opcodes = new Map<number, Opcode>();
const numbers = new Map<string, number>();

function define(first: number, immediates: Immediates, names: string): void {
  for (const [index, name] of names.trim().split(/\s+/).entries()) {
    opcodes.set(first + index, { name, immediates });
    numbers.set(name, first + index);
  }
}

/** The number of an instruction given by its name in the text format. */
export function opcodeNumber(name: string): number | undefined {
  return numbers.get(name);
}

define(0x00, "none", "unreachable nop");
define(0x02, "block", "block loop if");
define(0x05, "none", "else");
define(0x0b, "none", "end");
define(0x0c, "index", "br br_if");
define(0x0e, "labels", "br_table");
define(0x0f, "none", "return");
define(0x10, "index", "call");
define(0x11, "index2", "call_indirect");
define(0x1a, "none", "drop select");
define(0x1c, "types", "select_t");
define(0x20, "index", "local.get local.set local.tee global.get global.set table.get table.set");
define(0x28, "memarg", "i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u");
define(0x30, "memarg", "i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u");
define(0x36, "memarg", "i32.store i64.store f32.store f64.store i32.store8 i32.store16");
define(0x3c, "memarg", "i64.store8 i64.store16 i64.store32");
define(0x3f, "memory", "memory.size memory.grow");
define(0x41, "i32", "i32.const");
define(0x42, "i64", "i64.const");
define(0x43, "f32", "f32.const");
define(0x44, "f64", "f64.const");
const comparisons = (type: string) =>
  `eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u`.replace(/\S+/g, (name) => `${type}.${name}`);
const floatComparisons = (type: string) => `eq ne lt gt le ge`.replace(/\S+/g, (name) => `${type}.${name}`);
const arithmetic = (type: string) =>
  `clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr`.replace(
    /\S+/g,
    (name) => `${type}.${name}`,
  );
const floatArithmetic = (type: string) =>
  `abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign`.replace(/\S+/g, (name) => `${type}.${name}`);
define(0x45, "none", comparisons("i32"));
define(0x50, "none", comparisons("i64"));
define(0x5b, "none", floatComparisons("f32"));
define(0x61, "none", floatComparisons("f64"));
define(0x67, "none", arithmetic("i32"));
define(0x79, "none", arithmetic("i64"));
define(0x8b, "none", floatArithmetic("f32"));
define(0x99, "none", floatArithmetic("f64"));
define(0xa7, "none", "i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u");
define(
  0xac,
  "none",
  "i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u",
);
define(0xb2, "none", "f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64");
define(0xb7, "none", "f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32");
define(0xbc, "none", "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64");
define(0xc0, "none", "i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s");
define(0xd0, "reference", "ref.null");
define(0xd1, "none", "ref.is_null");
define(0xd2, "index", "ref.func");
define(0xfc00, "none", "i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u");
define(0xfc04, "none", "i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u");
define(0xfc08, "index2", "memory.init");
define(0xfc09, "index", "data.drop");
define(0xfc0a, "index2", "memory.copy");
define(0xfc0b, "memory", "memory.fill");
define(0xfc0c, "index2", "table.init");
define(0xfc0d, "index", "elem.drop");
define(0xfc0e, "index2", "table.copy");
define(0xfc0f, "index", "table.grow table.size table.fill");

/** Opcodes that other code names. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  return: 0x0f,
  brIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableSet: 0x26,
  i32Load: 0x28,
  i64Load: 0x29,
  i32Store: 0x36,
  i64Store: 0x37,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eq: 0x46,
  i32LtU: 0x49,
  i32GtS: 0x4a,
  i32GtU: 0x4b,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Or: 0x72,
  refNull: 0xd0,
  memoryInit: 0xfc08,
  dataDrop: 0xfc09,
  memoryCopy: 0xfc0a,
  memoryFill: 0xfc0b,
  tableInit: 0xfc0c,
  elemDrop: 0xfc0d,
  tableCopy: 0xfc0e,
  tableGrow: 0xfc0f,
  tableFill: 0xfc11,
} as const;
