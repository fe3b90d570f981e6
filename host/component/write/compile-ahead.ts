import { sectionIds } from "../read/core-module.ts";
import { readOutline } from "../read/module-outline.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { customSection } from "./module-writer.ts";

/** The section of the proposal "compilation hints". */
const HINTS = "metadata.code.compilation_priority";
/** With any priority, V8's baseline compiler compiles a function before the module is ready. */
const PRIORITY = 1;

/**
 * Adds a hint for each function to a module, by which V8 compiles all functions at once, in its own threads, instead of
 * each one at its first call. V8 heeds hints only with `--experimental-wasm-compilation-hints`.
 *
 * @throws ComponentError
 */
export function compiledAhead(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { sections, functions, bodies } = readOutline(bytes);
  const hints = written((w) => {
    w.u32(bodies.length);
    // A hint for a whole function has the offset 0 and one byte.
    for (let index = functions - bodies.length; index < functions; index++) w.u32(index).u8(0, 1, PRIORITY);
  });
  const code = sections.find(({ number }) => number === sectionIds.code)?.start ?? bytes.length;
  return new ByteWriter()
    .bytes(bytes.subarray(0, code))
    .bytes(customSection(HINTS, hints))
    .bytes(bytes.subarray(code))
    .finish();
}
