/** Writes functions of the adapter from the names of their instructions, as they stand on WebAssembly's stack. */
import { opcodeNumber, opcodes } from "../../../host/component/read/opcodes.ts";
import { ByteWriter } from "../../../host/component/write/byte-writer.ts";

/** Indices by the names that instructions use for functions and globals. */
export interface Names {
  readonly functions: ReadonlyMap<string, number>;
  readonly globals: ReadonlyMap<string, number>;
}

const valueTypes: Readonly<Record<string, number>> = { empty: 0x40, i32: 0x7f };

/**
 * Writes the body of a function: `locals` of type i32 and its instructions, such as "i32.load 2 4" (alignment, offset)
 * or "call malloc", on lines or with ";" between them. ";;" begins a comment.
 *
 * @throws Error if a line has an unknown name
 */
export function functionBody(text: string, locals: number, names: Names): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  if (locals === 0) writer.u32(0);
  else writer.u32(1).u32(locals).u8(valueTypes.i32!);
  for (const line of text.split("\n"))
    for (const instruction of line.replace(/;;.*/, "").split(";")) write(writer, instruction.trim(), names);
  return writer.u8(opcodeNumber("end")!).finish();
}

function write(writer: ByteWriter, instruction: string, names: Names): void {
  if (instruction === "") return;
  const [name, ...operands] = instruction.split(/ +/);
  const opcode = opcodeNumber(name!);
  if (opcode === undefined) throw new Error(`there is no instruction ${name}`);
  if (opcode > 0xff) writer.u8(opcode >> 8).u32(opcode & 0xff);
  else writer.u8(opcode);
  switch (opcodes.get(opcode)!.immediates) {
    case "block":
      writer.u8(valueTypes[operands[0] ?? "empty"]!);
      break;
    case "i32":
      writer.s32(Number(operands[0]));
      break;
    default:
      for (const operand of operands) writer.u32(indexOf(operand, name!, names));
  }
}

function indexOf(operand: string, instruction: string, { functions, globals }: Names): number {
  if (/^[0-9]+$/.test(operand)) return Number(operand);
  const index = (instruction === "call" ? functions : globals).get(operand);
  if (index === undefined)
    throw new Error(`${instruction} ${operand}: there is no such thing in this build of CPython`);
  return index;
}
