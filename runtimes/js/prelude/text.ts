/** UTF-8 over the adapter's natives. They know C strings only, so the host's natives take texts with U+0000. */
import { apply, includes, joinText, splitText } from "./intrinsics.ts";
import { callNative, callNativeWithText } from "./native-calls.ts";
import { OutOfMemory } from "./out-of-memory.ts";

export { joinText, splitText } from "./intrinsics.ts";

const { slice: sliceBuffer } = ArrayBuffer.prototype;
const NUL = "\0";

/** Gives the UTF-8 of a string. Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): ArrayBuffer {
  if (includes(text, NUL)) return callNativeWithText("utf8-encode", text).bytes();
  return $encode(text) ?? outOfMemory();
}

export interface Decoded {
  text: string;
  /** Whether ill-formed bytes became U+FFFD. */
  illFormed: boolean;
}

/** Gives the text of UTF-8 bytes. Ill-formed bytes become U+FFFD. A byte order mark is kept. */
export function decodeUtf8(buffer: ArrayBuffer): Decoded {
  const text = $decode(buffer, 0) ?? outOfMemory();
  if ($consumed() < buffer.byteLength) return callNative("utf8-decode", {}, [buffer]).value as Decoded;
  return { text, illFormed: $illFormed() === 1 };
}

/** Gives the bytes of a buffer or view as an ArrayBuffer of just their length, without a copy if they are one already. */
export function toArrayBuffer(source: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (source instanceof ArrayBuffer) return source;
  const { buffer, byteOffset, byteLength } = source;
  if (byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) return buffer;
  if (buffer instanceof ArrayBuffer) return apply(sliceBuffer, buffer, [byteOffset, byteOffset + byteLength]);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)).buffer;
}

export function log(level: number, text: string): void {
  $log(level, withoutNul(text));
}

export function withoutNul(text: string): string {
  return includes(text, NUL) ? joinText(splitText(text, NUL), "\uFFFD") : text;
}

function outOfMemory(): never {
  throw new OutOfMemory();
}
