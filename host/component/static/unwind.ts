/**
 * Ends a program whose stack is suspended. V8 keeps such a stack, and the instance's memory with it, until it is
 * resumed, so the stack must be unwound. An exception would do that, but the program could catch it and go on. No
 * program can catch a trap, and V8 recognises the error object of a trap when it is thrown again.
 */

/** (module (func (export "trap") unreachable)) */
const TRAPPING = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x08, 0x01, 0x04, 0x74, 0x72, 0x61, 0x70, 0x00, 0x00],
  ...[0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b],
);

let trap: (() => void) | undefined;

/** A promise for a suspending import. Its rejection unwinds the stack that waits for it. */
export function unwinding(): Promise<never> {
  trap ??= new WebAssembly.Instance(new WebAssembly.Module(TRAPPING)).exports.trap as () => void;
  try {
    trap();
  } catch (error) {
    const rejected = Promise.reject(error);
    // An import that does not suspend has no use for the promise.
    rejected.catch(() => {});
    return rejected;
  }
  throw new Error("a trap did not trap");
}
