import { ComponentError } from "./component-error.ts";
import { FORM, plain, prefixed } from "./instruction-set.ts";
import { hex } from "./module-type.ts";

/**
 * Goes through instructions like `InstructionReader`, but knows all that V8 takes, and makes no object for each, because a
 * static component has millions. It only finds the starts and ends of instructions. V8 validates the module that is made.
 */
export class CodeScanner {
  /** The instruction of the last `next`: 0xfc0b for 0xfc 0x0b. */
  opcode = 0;
  /** Offset of the instruction's first byte. */
  start = 0;
  /** The first and second operand: indices, or the value of i32.const as a signed number. */
  first = 0;
  second = 0;
  /** Offset of the byte after the instruction. */
  position: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #base: number;

  constructor(bytes: Uint8Array, { start, end, base }: { start: number; end: number; base: number }) {
    this.#bytes = bytes;
    this.position = start;
    this.#end = end;
    this.#base = base;
  }

  /**
   * Goes to the next instruction.
   *
   * @returns false at the end
   * @throws ComponentError `unsupported` at an instruction that it does not know, `malformed` if the bytes end too soon
   */
  next(): boolean {
    if (this.position >= this.#end) return false;
    this.start = this.position;
    const byte = this.#u8();
    const table = prefixed.get(byte);
    let form: number | undefined;
    if (table === undefined) {
      this.opcode = byte;
      form = plain[byte];
    } else {
      const second = this.#unsigned();
      this.opcode = byte * 0x100 + second;
      form = table[second];
    }
    this.#immediates(form ?? FORM.unknown);
    return true;
  }

  /** Passes over a function's local declarations. */
  skipLocals(): void {
    for (let runs = this.#unsigned(); runs > 0; runs--) {
      this.#unsigned();
      this.#valueType();
    }
  }

  #immediates(form: number): void {
    switch (form) {
      case FORM.none:
        return;
      case FORM.index:
        this.first = this.#unsigned();
        return;
      case FORM.signed:
        this.first = this.#signed();
        return;
      case FORM.memarg:
        this.#memarg();
        return;
      case FORM.block:
        this.#blockType();
        return;
      case FORM.index2:
        this.first = this.#unsigned();
        this.second = this.#unsigned();
        return;
      case FORM.labels:
        for (let left = this.#unsigned(); left >= 0; left--) this.#unsigned();
        return;
      case FORM.memargLane:
        this.#memarg();
        this.#skip(1);
        return;
      case FORM.bytes1:
        this.#skip(1);
        return;
      case FORM.bytes4:
        this.#skip(4);
        return;
      case FORM.bytes8:
        this.#skip(8);
        return;
      case FORM.bytes16:
        this.#skip(16);
        return;
      case FORM.types:
        for (let left = this.#unsigned(); left > 0; left--) this.#valueType();
        return;
      case FORM.tryTable:
        this.#blockType();
        // A clause of kind 0 or 1 has a tag before its label.
        for (let left = this.#unsigned(); left > 0; left--) {
          if (this.#u8() < 2) this.#unsigned();
          this.#unsigned();
        }
        return;
      case FORM.castBranch:
        this.#skip(1);
        this.#unsigned();
        this.#signed();
        this.#signed();
        return;
      default:
        throw new ComponentError("unsupported", `the instruction ${hex(this.opcode)}`, this.#base + this.start);
    }
  }

  #u8(): number {
    if (this.position >= this.#end) {
      throw new ComponentError("malformed", "the bytes end inside an instruction", this.#base + this.start);
    }
    return this.#bytes[this.position++]!;
  }

  #skip(count: number): void {
    this.position += count - 1;
    this.#u8();
  }

  #unsigned(): number {
    let byte = this.#u8();
    let result = byte & 0x7f;
    for (let factor = 0x80; byte >= 0x80; factor *= 0x80) {
      byte = this.#u8();
      result += (byte & 0x7f) * factor;
    }
    return result;
  }

  /** The low 32 bits of a signed number of any length. */
  #signed(): number {
    let byte = this.#u8();
    let result = byte & 0x7f;
    let shift = 7;
    for (; byte >= 0x80; shift += 7) {
      byte = this.#u8();
      if (shift < 32) result |= (byte & 0x7f) << shift;
    }
    return shift < 32 && byte & 0x40 ? result | (-1 << shift) : result;
  }

  #memarg(): void {
    // Bit 6 of the alignment says that a memory's index follows.
    if (this.#unsigned() & 0x40) this.#unsigned();
    this.#unsigned();
  }

  #blockType(): void {
    const byte = this.#bytes[this.position];
    if (byte !== undefined && byte >= 0x40 && byte < 0x80) this.#valueType();
    else this.#signed();
  }

  /** 0x63 and 0x64 are references to a heap type that follows; any other is a byte, 0x40 (no result) as well. */
  #valueType(): void {
    const byte = this.#u8();
    if (byte === 0x63 || byte === 0x64) this.#signed();
  }
}
