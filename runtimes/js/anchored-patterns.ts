/**
 * Makes the engine try a pattern that begins with `^` at one place of the text, and not at every one.
 *
 * QuickJS compiles a pattern without the flag `y` to a loop over all places: "try here, or go on by a character". `^`
 * without the flag `m` fails at all places but the first, so that a tokenizer with a hundred such patterns reads the
 * rest of its text a hundred times for each token. V8 gives up after the first place. This file wraps the function that
 * compiles patterns. The wrapper turns the loop's first instruction, "try here or there", into "go there" if the
 * pattern begins with `^`.
 *
 * The bytecode, by libregexp of QuickJS 2025-09: 8 bytes of head; 0e 06000000 (split, the loop's body first), one byte
 * for any character, 0d f5ffffff (goto); then the pattern, 13 00 (its whole match begins), and 09 (`^` without `m`).
 */
import {
  type CoreModule,
  parseCoreModule,
  rangeReader,
  type SectionName,
} from "../../host/component/read/core-module.ts";
import { InstructionReader } from "../../host/component/read/instructions.ts";
import { OP } from "../../host/component/read/opcodes.ts";
import { written } from "../../host/component/write/byte-writer.ts";
import { writeModule } from "../../host/component/write/module-writer.ts";

/** An error message that only the compiler of patterns uses. */
const ITS_ERROR = "extraneous characters at the end\0";

/** The tag of a string's value. The value's other half is the string's address. */
const STRING_TAG = -7;
/** The offset of a string's characters. The compiler returns the bytecode as a string. */
const CHARACTERS = 16;
const HEAD = 8;
const GOTO = 0x0d;

/** Marks in the bytecode of a pattern that begins with `^`: the bytes of a value, its place, and the value. */
const marks = [
  { bytes: 1, at: 0, value: 0x0e },
  { bytes: 4, at: 1, value: 6 },
  { bytes: 1, at: 6, value: GOTO },
  { bytes: 4, at: 7, value: -11 },
  { bytes: 1, at: 11, value: 0x13 },
  { bytes: 1, at: 13, value: 0x09 },
] as const;

/** @throws Error if not exactly one function of the engine compiles patterns */
export function withAnchoredPatterns(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const module = parseCoreModule(bytes);
  const own = module.imported.function;
  const compiler = compilerOf(module);
  const type = module.types.indexOf(module.functions[compiler]!);
  const bodies = module.bodies.map(({ start, end }) => bytes.subarray(start, end));
  // The new function comes last. All callers and the table find it in the place of the old one.
  const moved = module.functions.length;
  bodies.push(bodies[compiler - own]!);
  bodies[compiler - own] = around(moved);
  const types = [...module.functions.slice(own).map((known) => module.types.indexOf(known)), type];
  const sections = new Map<SectionName, Uint8Array>();
  for (const { id, body, end } of module.sections) if (id !== "custom") sections.set(id, bytes.subarray(body, end));
  sections.set(
    "function",
    written((w) => w.list(types, (writer, index) => writer.u32(index))),
  );
  sections.set(
    "code",
    written((w) => w.list(bodies, (writer, body) => writer.sized(body))),
  );
  return writeModule(sections);
}

function compilerOf(module: CoreModule): number {
  const address = module.data.flatMap(({ contents, offset }) => {
    const at = Buffer.from(module.bytes.subarray(contents.start, contents.end)).indexOf(ITS_ERROR, 0, "latin1");
    const start = offset && new InstructionReader(rangeReader(module, offset)).next();
    return at < 0 || start === undefined ? [] : [start.operands[0]! + at];
  });
  const users = module.bodies.flatMap((body, index) => {
    const reader = rangeReader(module, body);
    for (let left = reader.u32("the number of groups of locals"); left > 0; left--) {
      reader.u32("the number of locals");
      reader.u8("the type of locals");
    }
    const instructions = new InstructionReader(reader);
    for (let next = instructions.next(); next !== undefined; next = instructions.next())
      if (next.opcode === OP.i32Const && next.operands[0] === address[0]) return [index + module.imported.function];
    return [];
  });
  const [compiler, ...others] = users;
  const { params, results } = (compiler !== undefined && module.functions[compiler]) || { params: [], results: [] };
  if (compiler === undefined || others.length > 0 || `${params} ${results}` !== "i32,i64,i64 i64") {
    throw new Error("the engine has no one function that compiles patterns");
  }
  return compiler;
}

/** (context, pattern, flags) -> bytecode, by the function of that number, and with one byte changed. */
function around(compiler: number): Uint8Array {
  const [i64ShrS, i32WrapI64, i32Load8U, i32And, i32Store8] = [0x87, 0xa7, 0x2d, 0x71, 0x3a];
  const [i64, i32, empty] = [0x7e, 0x7f, 0x40];
  const [value, code] = [3, 4];
  const number = (constant: number) => [OP.i32Const, ...written((w) => w.s32(constant))];
  const found = marks.map(({ bytes, at, value: mark }) => [
    ...[OP.localGet, code, bytes === 1 ? i32Load8U : OP.i32Load, 0, at],
    ...[...number(mark), OP.i32Eq],
  ]);
  return new Uint8Array([
    ...[2, 1, i64, 1, i32],
    ...[
      OP.localGet,
      0,
      OP.localGet,
      1,
      OP.localGet,
      2,
      OP.call,
      ...written((w) => w.u32(compiler)),
      OP.localSet,
      value,
    ],
    ...[OP.localGet, value, OP.i64Const, 32, i64ShrS, i32WrapI64, ...number(STRING_TAG), OP.i32Eq, OP.if, empty],
    ...[OP.localGet, value, i32WrapI64, ...number(CHARACTERS + HEAD), OP.i32Add, OP.localSet, code],
    ...found.flatMap((test, index) => (index === 0 ? test : [...test, i32And])),
    ...[OP.if, empty, OP.localGet, code, ...number(GOTO), i32Store8, 0, 0, OP.end],
    ...[OP.end, OP.localGet, value, OP.end],
  ]);
}
