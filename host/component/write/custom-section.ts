import { PREAMBLE_BYTES, sectionsOf } from "../read/custom-sections.ts";
import { ByteWriter } from "./byte-writer.ts";
import { customSection } from "./module-writer.ts";

/** Adds a section at a program's end, in place of earlier ones of that name. @throws ComponentError */
export function withCustomSection(program: Uint8Array, name: string, contents: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().bytes(program.subarray(0, PREAMBLE_BYTES));
  for (const { start, end, custom } of sectionsOf(program)) {
    if (custom?.name !== name) writer.bytes(program.subarray(start, end));
  }
  return writer.bytes(customSection(name, contents)).finish();
}
