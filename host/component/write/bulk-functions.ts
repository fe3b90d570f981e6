/** Writes the functions that do a module's bulk operations in pieces. endable.ts says why. */
import type { ReferenceType } from "../read/module-type.ts";
import { OP } from "../read/opcodes.ts";
import { ByteWriter } from "./byte-writer.ts";

/** The most work of one call: bytes of a memory (30 us), entries of a table. */
export const MEMORY_PIECE = 1 << 20;
export const TABLE_PIECE = 1 << 14;

/** A bulk instruction with the memories or tables that it works on. */
export interface BulkOperation {
  /** memory.fill, memory.copy, memory.init, table.fill, table.copy or table.init. */
  opcode: number;
  /** Indices in the order of the binary format: a destination; a segment and a destination; destination and source. */
  operands: readonly number[];
}

const [to, from, count] = [0, 1, 2];
const empty = 0x40;

/** @param element type of the entries of the table that a table.fill works on */
export function bulkParameters({ opcode }: BulkOperation, element: ReferenceType) {
  return ["i32", opcode === OP.tableFill ? element : "i32", "i32"] as const;
}

/**
 * ```
 * (func $op (param $to i32) (param $from i32) (param $count i32)   ;; $from: the value, of a fill
 *   if ($count <=u PIECE) op($to, $from, $count) else $large($to, $from, $count))
 *
 * (func $large (param $to i32) (param $from i32) (param $count i32)
 *   if ($to + $count overflows || $from + $count overflows) { op($to, $from, $count); return }  ;; at 4 GiB, or a trap
 *   op($to + $count, $from + $count, 0)          ;; traps if the whole is out of bounds, before anything is written
 *   if ($to >u $from) {                          ;; of a copy within one memory or table: from the end
 *     do { $count -= PIECE; $op($to + $count, $from + $count, PIECE) } while ($count >u PIECE)
 *   } else {
 *     do { $op($to, $from, PIECE); $to += PIECE; $from += PIECE; $count -= PIECE } while ($count >u PIECE)
 *   }
 *   op($to, $from, $count))
 * ```
 *
 * `$op` is so small that V8's optimizing compiler inlines it into its callers.
 *
 * @param index the function index of `$op`; `$large` has the next one
 * @returns the bodies of both, local declarations included
 */
export function bulkFunctions(operation: BulkOperation, index: number): [Uint8Array, Uint8Array] {
  const writer = new BulkWriter(operation);
  return [writer.small(index + 1), writer.large(index)];
}

class BulkWriter {
  readonly #operation: BulkOperation;
  readonly #isFill: boolean;
  readonly #overlaps: boolean;
  readonly #piece: number;
  #w = new ByteWriter();

  constructor(operation: BulkOperation) {
    const { opcode, operands } = operation;
    this.#operation = operation;
    this.#isFill = opcode === OP.memoryFill || opcode === OP.tableFill;
    this.#overlaps = (opcode === OP.memoryCopy || opcode === OP.tableCopy) && operands[0] === operands[1];
    const ofTable = opcode === OP.tableFill || opcode === OP.tableCopy || opcode === OP.tableInit;
    this.#piece = ofTable ? TABLE_PIECE : MEMORY_PIECE;
  }

  small(large: number): Uint8Array {
    this.#w = new ByteWriter().u32(0); // no locals
    this.#isMoreThanPiece();
    this.#w.u8(OP.if, empty);
    this.#all();
    this.#w.u8(OP.call).u32(large);
    this.#w.u8(OP.else);
    this.#all();
    this.#op();
    return this.#w.u8(OP.end, OP.end).finish();
  }

  large(small: number): Uint8Array {
    this.#w = new ByteWriter().u32(0);
    this.#overflows(to);
    if (!this.#isFill) {
      this.#overflows(from);
      this.#w.u8(OP.i32Or);
    }
    this.#w.u8(OP.if, empty);
    this.#all();
    this.#op();
    this.#w.u8(OP.return, OP.end);

    this.#past(to);
    this.#past(from);
    this.#constant(0);
    this.#op();

    if (this.#overlaps) {
      this.#get(to);
      this.#get(from);
      this.#w.u8(OP.i32GtU, OP.if, empty);
      this.#fromTheEnd(small);
      this.#w.u8(OP.else);
    }
    this.#fromTheStart(small);
    if (this.#overlaps) this.#w.u8(OP.end);
    this.#all();
    this.#op();
    return this.#w.u8(OP.end).finish();
  }

  #fromTheStart(small: number): void {
    this.#w.u8(OP.loop, empty);
    this.#get(to);
    this.#get(from);
    this.#callWithPiece(small);
    this.#change(to, OP.i32Add);
    if (!this.#isFill) this.#change(from, OP.i32Add);
    this.#change(count, OP.i32Sub);
    this.#isMoreThanPiece();
    this.#w.u8(OP.brIf, 0, OP.end);
  }

  #fromTheEnd(small: number): void {
    this.#w.u8(OP.loop, empty);
    this.#change(count, OP.i32Sub);
    this.#past(to);
    this.#past(from);
    this.#callWithPiece(small);
    this.#isMoreThanPiece();
    this.#w.u8(OP.brIf, 0, OP.end);
  }

  #op(): void {
    const { opcode, operands } = this.#operation;
    this.#w.u8(opcode >> 8).u32(opcode & 0xff);
    for (const operand of operands) this.#w.u32(operand);
  }

  #get(local: number): void {
    this.#w.u8(OP.localGet, local);
  }

  #constant(value: number): void {
    this.#w.u8(OP.i32Const).s32(value);
  }

  #all(): void {
    for (const local of [to, from, count]) this.#get(local);
  }

  /** Puts `$local + $count` on the stack, or the value of a fill as it is. */
  #past(local: number): void {
    this.#get(local);
    if (local === from && this.#isFill) return;
    this.#get(count);
    this.#w.u8(OP.i32Add);
  }

  #overflows(local: number): void {
    this.#past(local);
    this.#get(local);
    this.#w.u8(OP.i32LtU);
  }

  #isMoreThanPiece(): void {
    this.#get(count);
    this.#constant(this.#piece);
    this.#w.u8(OP.i32GtU);
  }

  #change(local: number, by: number): void {
    this.#get(local);
    this.#constant(this.#piece);
    this.#w.u8(by, OP.localSet, local);
  }

  #callWithPiece(small: number): void {
    this.#constant(this.#piece);
    this.#w.u8(OP.call).u32(small);
  }
}
