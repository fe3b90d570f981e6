/**
 * Reads the arguments of Web Crypto's methods as bytes, by functions that a tenant cannot patch, because secret keys
 * pass through them.
 */
import { apply } from "./intrinsics.ts";

const Bytes = Uint8Array;
const View = DataView;
const { isView } = ArrayBuffer;
const { slice } = ArrayBuffer.prototype;
const typedArray = Object.getPrototypeOf(Bytes.prototype) as object;

function getters(prototype: object) {
  const getter = (name: string) => Object.getOwnPropertyDescriptor(prototype, name)!.get!;
  return { buffer: getter("buffer"), byteOffset: getter("byteOffset"), byteLength: getter("byteLength") };
}
const ofArrays = getters(typedArray);
const ofViews = getters(View.prototype);
const sizeOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!.get!;

/** @param what the argument's name in the error. @throws TypeError if the value is no BufferSource */
export function bytesFrom(value: unknown, what: string): ArrayBuffer {
  if (!isView(value)) {
    try {
      apply(sizeOf, value, []);
      return value as ArrayBuffer;
    } catch {
      throw new TypeError(`${what} is not an ArrayBuffer or a view of one`);
    }
  }
  const read = value instanceof View ? ofViews : ofArrays;
  const from = apply(read.byteOffset, value, []) as number;
  return sliceBytes(apply(read.buffer, value, []), from, from + (apply(read.byteLength, value, []) as number));
}

export const byteLength = (buffer: ArrayBuffer): number => apply(sizeOf, buffer, []);
export const sliceBytes = (buffer: ArrayBuffer, from: number, to?: number): ArrayBuffer =>
  apply(slice, buffer, [from, to]);

/** The first bits of a buffer. The bits that fill up the last byte are zero. */
export function firstBits(buffer: ArrayBuffer, bits: number): ArrayBuffer {
  const cut = sliceBytes(buffer, 0, Math.ceil(bits / 8));
  if (bits % 8) {
    const bytes = new Bytes(cut);
    bytes[bytes.length - 1]! &= 0xff << (8 - (bits % 8));
  }
  return cut;
}
