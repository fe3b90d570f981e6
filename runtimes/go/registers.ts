/** Moves Go's registers from globals into linear memory. */

import { ComponentError } from "../../host/component/read/component-error.ts";
import {
  type CoreModule,
  parseCoreModule,
  type Range,
  rangeReader,
  sectionIds,
} from "../../host/component/read/core-module.ts";
import { type Instruction, InstructionReader, readLocals } from "../../host/component/read/instructions.ts";
import { OP } from "../../host/component/read/opcodes.ts";
import { ByteWriter } from "../../host/component/write/byte-writer.ts";
import { writeValueType } from "../../host/component/write/write-type.ts";

type RegisterType = "i32" | "i64";

/** The globals of a module of Go's linker, in their order: SP, CTXT, g, RET0 to RET3, PAUSE. */
const registerTypes: readonly RegisterType[] = ["i32", "i64", "i64", "i64", "i64", "i64", "i64", "i32"];

/** An alignment is written as the exponent of a power of two. */
const access = {
  i32: { load: OP.i32Load, store: OP.i32Store, alignment: 2 },
  i64: { load: OP.i64Load, store: OP.i64Store, alignment: 3 },
} as const;

/**
 * The address of a register, by its number. Go's linker puts nothing below 12 KiB, and an offset below 128 takes one byte
 * of code.
 */
export const registerAddress = (register: number): number => 8 * (register + 1);

/**
 * Replaces each access to a register by a load or a store at a fixed address, and drops the globals.
 *
 * Base and programs share their registers. As globals, programs would have to import them, and V8 reads an imported global
 * by three loads in a row. V8 reads an address in memory by one load, because it has the memory's start at hand.
 *
 * @param bytes a module of the changed Go linker: the registers are its only globals, and it does not export them
 * @throws ComponentError `unsupported` if the module has other globals
 */
export function registersInMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const module = parseCoreModule(bytes);
  const globals = module.globals.map(({ type }) => (type.mutable ? type.type : `constant ${type.type}`));
  if (globals.join() !== registerTypes.join() || module.imported.global > 0) {
    throw new ComponentError("unsupported", `globals that are not Go's registers: ${globals.join(", ")}`, 0);
  }
  const writer = new ByteWriter().bytes(bytes.subarray(0, 8));
  for (const { id, body, end } of module.sections) {
    if (id === "global") continue;
    writer.section(sectionIds[id], id === "code" ? codeSection(module) : bytes.subarray(body, end));
  }
  return writer.finish();
}

function codeSection(module: CoreModule): Uint8Array {
  const writer = new ByteWriter().u32(module.bodies.length);
  for (const [index, range] of module.bodies.entries()) {
    const { params } = module.functions[module.imported.function + index]!;
    writer.sized(rewriteBody(module, range, params.length));
  }
  return writer.finish();
}

function rewriteBody(module: CoreModule, range: Range, parameters: number): Uint8Array {
  const reader = rangeReader(module, range);
  const locals = readLocals(reader);
  const scratch = new ScratchLocals(parameters + locals.total);
  const code = new ByteWriter();
  const first = reader.position;
  // All code before this offset has been written or replaced.
  let done = first;
  let previous: Instruction | undefined;
  const instructions = new InstructionReader(reader);
  for (let found = instructions.next(); found !== undefined; found = instructions.next()) {
    if (found.opcode === OP.globalGet) {
      code.bytes(module.bytes.subarray(done, found.start));
      writeLoad(code, found.operands[0]!);
      done = found.end;
    } else if (found.opcode === OP.globalSet) {
      const local = previous?.opcode === OP.localGet || previous?.opcode === OP.localTee ? previous : undefined;
      code.bytes(module.bytes.subarray(done, local?.start ?? found.start));
      writeStore(code, found.operands[0]!, local, scratch);
      done = found.end;
    }
    previous = found;
  }
  reader.expectEnd("a function body");
  if (done === first) return module.bytes.subarray(range.start, range.end);
  const runs = [...locals.runs, ...scratch.runs];
  return new ByteWriter()
    .list(runs, (w, { count, type }) => writeValueType(w.u32(count), type))
    .bytes(code.finish())
    .bytes(module.bytes.subarray(done, range.end))
    .finish();
}

function writeLoad(code: ByteWriter, register: number): void {
  const { load, alignment } = access[registerTypes[register]!];
  code.u8(OP.i32Const, 0, load, alignment).u32(registerAddress(register));
}

/**
 * A store needs the address below the value, but the value is on the stack already. So the value goes into a local and
 * back, unless the instruction before reads it from a local (`local.get`) or leaves it in one (`local.tee`, as for SP).
 */
function writeStore(code: ByteWriter, register: number, before: Instruction | undefined, scratch: ScratchLocals): void {
  const type = registerTypes[register]!;
  const { store, alignment } = access[type];
  const local = before?.operands[0] ?? scratch.of(type);
  if (before?.opcode !== OP.localGet) code.u8(OP.localSet).u32(local);
  code.u8(OP.i32Const, 0, OP.localGet).u32(local).u8(store, alignment).u32(registerAddress(register));
}

/** The locals that are added to a function, at most one of each type. */
class ScratchLocals {
  readonly #first: number;
  readonly #types: RegisterType[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  of(type: RegisterType): number {
    if (!this.#types.includes(type)) this.#types.push(type);
    return this.#first + this.#types.indexOf(type);
  }

  get runs(): { count: number; type: RegisterType }[] {
    return this.#types.map((type) => ({ count: 1, type }));
  }
}
