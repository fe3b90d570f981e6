/** UTF-8 over the natives. The natives know C strings only, so this file deals with U+0000. */

const { slice: sliceBuffer } = ArrayBuffer.prototype;
const { apply } = Reflect;
const NUL = "\0";

export class OutOfMemory extends RangeError {
  constructor() {
    super("out of memory");
  }
}

/** Gives the UTF-8 of a string. Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): ArrayBuffer {
  if (!includes(text, NUL)) return $encode(text) ?? outOfMemory();
  const parts = splitText(text, NUL);
  const encoded: ArrayBuffer[] = [];
  let size = parts.length - 1;
  for (let i = 0; i < parts.length; i++) {
    const part = $encode(parts[i]!) ?? outOfMemory();
    encoded[i] = part;
    size += part.byteLength;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < encoded.length; i++) {
    bytes.set(new Uint8Array(encoded[i]!), at);
    at += encoded[i]!.byteLength + 1;
  }
  return bytes.buffer;
}

export interface Decoded {
  text: string;
  /** Whether ill-formed bytes became U+FFFD. */
  illFormed: boolean;
}

/** Gives the text of UTF-8 bytes. Ill-formed bytes become U+FFFD. A byte order mark is kept. */
export function decodeUtf8(buffer: ArrayBuffer): Decoded {
  let text = $decode(buffer, 0) ?? outOfMemory();
  let at = $consumed();
  let illFormed = $illFormed() === 1;
  while (at < buffer.byteLength) {
    const next = $decode(buffer, at + 1) ?? outOfMemory();
    text += NUL + next;
    at += 1 + $consumed();
    if ($illFormed()) illFormed = true;
  }
  return { text, illFormed };
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

const stringIncludes = String.prototype.includes;
const stringSplit = String.prototype.split;
const arrayJoin = Array.prototype.join;
export const includes = (text: string, part: string): boolean => apply(stringIncludes, text, [part]);
export const splitText = (text: string, separator: string): string[] => apply(stringSplit, text, [separator]);
export const joinText = (parts: string[], separator: string): string => apply(arrayJoin, parts, [separator]);

function outOfMemory(): never {
  throw new OutOfMemory();
}
