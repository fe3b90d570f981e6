import { ByteReader } from "../read/byte-reader.ts";
import { CodeScanner } from "../read/code-scanner.ts";
import { ComponentError } from "../read/component-error.ts";
import { type SectionName, sectionIds } from "../read/core-module.ts";
import { arrayInstructions } from "../read/instruction-set.ts";
import { type ModuleSection, type Outline, readOutline } from "../read/module-outline.ts";
import type { FunctionType } from "../read/module-type.ts";
import { OP } from "../read/opcodes.ts";
import { type BulkOperation, bulkFunctions, bulkParameters } from "./bulk-functions.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { writeFunctionType } from "./write-type.ts";

/** A bulk instruction on a memory stays as it is if its count is a constant of at most this size: it takes 20 ns. */
const SMALL_BYTES = 1024;

const onMemory = new Set<number>([OP.memoryFill, OP.memoryCopy, OP.memoryInit]);
const bulk = new Set<number>([OP.memoryFill, OP.memoryCopy, OP.memoryInit, OP.tableFill, OP.tableCopy, OP.tableInit]);
const polled = new Set<number>([OP.memoryGrow, OP.tableGrow, ...Object.values(arrayInstructions)]);

/**
 * Rewrites a tenant's core module so that it can be ended at any time.
 *
 * V8 checks for the end of a thread when a function begins. At the end of a loop, unoptimised code only checks after so
 * many bytes of code, however long they took. So `loop (memory.fill 1 MiB) br` does not end for seconds, and with more
 * work in an instruction it never does. Therefore:
 *
 * - each bulk instruction on a memory or a table becomes a call of a function that does the same in pieces
 *   (bulk-functions.ts), and V8 checks at each piece;
 * - a call of an empty function goes before each instruction on arrays, and before `memory.grow` and `table.grow`. The
 *   heap of a worker and the limits of memories and tables bound the work of one such instruction.
 *
 * The functions are added at the end, so no index changes. The module computes the same, and traps in the
 * same cases. Its hints to the compiler are dropped.
 * docs/reference/limits.md has the figures.
 *
 * @param base offset of the module in the upload, for errors
 * @returns the rewritten module; the same bytes if it has none of these instructions
 * @throws ComponentError `unsupported` at instructions that Plinth does not know, `malformed`
 */
export function endable(bytes: Uint8Array, base = 0): Uint8Array {
  const outline = readOutline(bytes, base);
  const functions = new AddedFunctions(outline);
  const bodies = outline.bodies.map(({ start, end }) => endableBody(outline, start, end, functions));
  if (functions.bodies.length === 0 && !outline.sections.some(isHint)) return bytes;
  const writer = new ByteWriter().bytes(bytes.subarray(0, 8));
  for (const section of outline.sections) {
    const body = replaced(outline, section, functions, bodies);
    if (body !== null) writer.section(section.number, body);
  }
  return writer.finish();
}

/** The new body of a section; null if the section goes. */
function replaced(
  { bytes }: Outline,
  section: ModuleSection,
  added: AddedFunctions,
  bodies: readonly Uint8Array[],
): Uint8Array | null {
  const contents = bytes.subarray(section.body, section.end);
  const is = (name: SectionName) => section.number === sectionIds[name];
  if (is("type")) return appended(contents, added.types, writeFunctionType);
  if (is("function")) return appended(contents, added.typeIndices, (w, index) => w.u32(index));
  if (is("code")) return written((w) => w.list([...bodies, ...added.bodies], (writer, each) => writer.sized(each)));
  return isHint(section) ? null : contents;
}

/** Whether a section hints to the compiler. Hints name places that change, and the host decides what V8 compiles. */
function isHint({ number, name }: ModuleSection): boolean {
  return number === sectionIds.custom && name?.startsWith("metadata.code.") === true;
}

/** The body of a section that is a list, with items added at its end. */
function appended<T>(
  contents: Uint8Array,
  items: readonly T[],
  write: (writer: ByteWriter, item: T) => void,
): Uint8Array {
  const reader = new ByteReader(contents);
  const before = reader.u32();
  const writer = new ByteWriter().u32(before + items.length).bytes(reader.take(reader.remaining));
  for (const item of items) write(writer, item);
  return writer.finish();
}

function endableBody({ bytes, base }: Outline, start: number, end: number, functions: AddedFunctions): Uint8Array {
  const code = new CodeScanner(bytes, { start, end, base });
  code.skipLocals();
  let writer: ByteWriter | undefined;
  let copied = start;
  /** The value of the i32.const before this instruction. */
  let constant: number | undefined;
  while (code.next()) {
    const { opcode } = code;
    const isSmall = constant !== undefined && constant <= SMALL_BYTES && onMemory.has(opcode);
    const isBulk = bulk.has(opcode) && !isSmall;
    constant = opcode === OP.i32Const ? code.first >>> 0 : undefined;
    if (!isBulk && !polled.has(opcode)) continue;
    writer ??= new ByteWriter();
    writer.bytes(bytes.subarray(copied, code.start)).u8(OP.call);
    if (isBulk) writer.u32(functions.bulk(opcode, [code.first, code.second], code.start));
    else writer.u32(functions.poll());
    copied = isBulk ? code.position : code.start;
  }
  return writer === undefined ? bytes.subarray(start, end) : writer.bytes(bytes.subarray(copied, end)).finish();
}

/** The functions that are added to a module, each when it is first needed. */
class AddedFunctions {
  /** Types that are added at the end of the module's. */
  readonly types: FunctionType[] = [];
  readonly typeIndices: number[] = [];
  readonly bodies: Uint8Array[] = [];
  readonly #outline: Outline;
  readonly #known = new Map<string, number>();

  constructor(outline: Outline) {
    this.#outline = outline;
  }

  /** The index of the empty function, at whose start V8 checks for the end. */
  poll(): number {
    return this.#function("poll", { params: [], results: [] }, () => [new Uint8Array([0, OP.end])]);
  }

  /**
   * The index of the function that does a bulk operation. The next index is that of the function for large operations.
   *
   * @param position the instruction's position
   */
  bulk(opcode: number, [first, second]: readonly [number, number], position: number): number {
    const isFill = opcode === OP.memoryFill || opcode === OP.tableFill;
    const operation: BulkOperation = { opcode, operands: isFill ? [first] : [first, second] };
    const element = opcode === OP.tableFill ? this.#outline.tables[first] : "funcref";
    if (element === undefined) {
      throw new ComponentError("malformed", `there is no table ${first}`, this.#outline.base + position);
    }
    const type = { params: bulkParameters(operation, element), results: [] };
    return this.#function(`${opcode} ${operation.operands}`, type, (index) => bulkFunctions(operation, index));
  }

  #function(key: string, type: FunctionType, make: (index: number) => Uint8Array[]): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.#outline.functions + this.bodies.length;
    this.#known.set(key, index);
    for (const body of make(index)) {
      this.typeIndices.push(this.#typeIndex(type));
      this.bodies.push(body);
    }
    return index;
  }

  #typeIndex({ params, results }: FunctionType): number {
    const same = this.types.findIndex((type) => String(type.params) === String(params));
    if (same !== -1) return this.#outline.types + same;
    this.types.push({ params, results });
    return this.#outline.types + this.types.length - 1;
  }
}
