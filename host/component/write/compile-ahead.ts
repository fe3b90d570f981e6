import { sectionIds } from "../read/core-module.ts";
import { readOutline } from "../read/module-outline.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { customSection } from "./module-writer.ts";

/** The section of the proposal "compilation hints". */
const HINTS = "metadata.code.compilation_priority";
/** Any priority makes V8 compile a function by its baseline compiler before the module is ready. */
const PRIORITY = 1;

/**
 * The same module with a hint for each of its functions, by which V8 compiles all of them at once, in its own threads,
 * instead of each one at its first call. V8 heeds hints only with `--experimental-wasm-compilation-hints`.
 *
 * @throws ComponentError
 */
export function compiledAhead(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { sections, functions, bodies } = readOutline(bytes);
  const hints = written((w) => {
    w.u32(bodies.length);
    // A hint for a function as a whole stands at the offset 0 in it, and has one byte.
    for (let index = functions - bodies.length; index < functions; index++) w.u32(index).u8(0, 1, PRIORITY);
  });
  const code = sections.find(({ number }) => number === sectionIds.code)?.start ?? bytes.length;
  return new ByteWriter()
    .bytes(bytes.subarray(0, code))
    .bytes(customSection(HINTS, hints))
    .bytes(bytes.subarray(code))
    .finish();
}
