/**
 * Natives for `node:crypto` (../node/native-digests.ts), whose module comes with the programs that use it. Node's functions
 * return at once, and those of Web Crypto do not.
 */
import { defineProperty } from "./intrinsics.ts";
import { callNative } from "./native-calls.ts";

/** @param parts the byte strings that the native takes @returns the bytes of its reply */
function nativeBytes(method: string, named: object, parts: readonly ArrayBuffer[]): ArrayBuffer {
  return callNative(method, named, parts).bytes();
}

defineProperty(globalThis, Symbol.for("plinth.natives"), { value: nativeBytes });
