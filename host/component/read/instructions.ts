import type { ByteReader } from "./byte-reader.ts";
import { hex, readReferenceType, readValueType, type ValueType } from "./module-type.ts";
import { OP, opcodes } from "./opcodes.ts";

/** One instruction, with the positions of its first byte and of the byte after its last. */
export interface Instruction {
  opcode: number;
  start: number;
  end: number;
  /**
   * Indices, labels, alignment and offset, and the value of i32.const, in the order of the binary format. Empty for
   * i64.const, f32.const, f64.const (see `start` and `end`), block types and value types.
   */
  operands: readonly number[];
}

const none: readonly number[] = [];

/**
 * Reads an expression: instructions up to the `end` that closes it.
 *
 * @throws ComponentError `unsupported` at an opcode outside opcodes.ts, `malformed` if the bytes end too soon
 */
export class InstructionReader {
  readonly #reader: ByteReader;
  #depth = 1;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** The next instruction; undefined after the one that closes the expression. */
  next(): Instruction | undefined {
    if (this.#depth === 0) return undefined;
    const reader = this.#reader;
    const start = reader.position;
    let opcode = reader.u8("an instruction");
    if (opcode === 0xfc) {
      const second = reader.u32("the second part of an opcode");
      if (second > 0xff) reader.unsupported(`the instruction 0xfc ${hex(second)}`, start);
      opcode = 0xfc00 + second;
    }
    const known = opcodes.get(opcode);
    if (known === undefined) return reader.unsupported(`the instruction ${hex(opcode)}`, start);
    let operands = none;
    switch (known.immediates) {
      case "none":
        if (opcode === OP.end) this.#depth--;
        break;
      case "block":
        this.#depth++;
        readBlockType(reader);
        break;
      case "index":
        operands = [reader.u32("an index")];
        break;
      case "index2":
        operands = [reader.u32("an index"), reader.u32("an index")];
        break;
      case "memory":
        operands = [reader.u32("a memory index")];
        break;
      case "memarg": {
        const alignment = reader.u32("an alignment");
        if (alignment >= 32) reader.unsupported("a memory access with a memory index (multi-memory)", start);
        operands = [alignment, reader.u32("an offset")];
        break;
      }
      case "labels": {
        const labels: number[] = [];
        for (let left = reader.count("labels"); left >= 0; left--) labels.push(reader.u32("a label"));
        operands = labels;
        break;
      }
      case "i32":
        operands = [reader.s32("an i32")];
        break;
      case "i64":
        reader.s64("an i64");
        break;
      case "f32":
        reader.skip(4, "an f32");
        break;
      case "f64":
        reader.skip(8, "an f64");
        break;
      case "reference":
        readReferenceType(reader);
        break;
      case "types":
        for (let left = reader.count("types"); left > 0; left--) readValueType(reader);
        break;
    }
    return { opcode, start, end: reader.position, operands };
  }

  /** Reads to the end of the expression. */
  skipAll(): void {
    while (this.next() !== undefined);
  }
}

function readBlockType(reader: ByteReader): void {
  const first = reader.peek();
  if (first === 0x40) {
    reader.position++;
    return;
  }
  const start = reader.position;
  // A single byte with the sign bit set is a value type; anything else is a type index as a positive s33 (spec, 5.4.1).
  if (first !== undefined && first >= 0x40 && first < 0x80) readValueType(reader);
  else if (reader.s33("a block type") < 0)
    reader.malformed("a block type is a type index, a value type or empty", start);
}

/** V8's limit (kV8MaxWasmFunctionLocals), parameters included. */
const MAX_LOCALS = 50_000;

/**
 * Reads a function body's local declarations.
 *
 * @returns runs of locals of one type, and the number of all locals
 */
export function readLocals(reader: ByteReader): { runs: { count: number; type: ValueType }[]; total: number } {
  const runs: { count: number; type: ValueType }[] = [];
  let total = 0;
  for (let left = reader.count("runs of locals", 2); left > 0; left--) {
    const start = reader.position;
    const count = reader.u32("a number of locals");
    total += count;
    if (total > MAX_LOCALS) reader.malformed(`a function may have ${MAX_LOCALS} locals`, start);
    runs.push({ count, type: readValueType(reader) });
  }
  return { runs, total };
}
