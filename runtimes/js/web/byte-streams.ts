/** `IdentityTransformStream` and `FixedLengthStream` of Workers. */
import { defineGlobals } from "./define-globals.ts";

/** A stream that passes bytes on unchanged, as in Workers. */
class IdentityTransformStream extends TransformStream<Bytes, Uint8Array> {
  constructor(checks: Checks = { transform: (chunk, to) => to.enqueue(bytesOf(chunk)) }) {
    super(checks);
  }
}
interface Checks {
  transform(chunk: Bytes, controller: { enqueue(chunk: Uint8Array): void }): void;
  flush?(): void;
}

type Bytes = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

function bytesOf(chunk: Bytes): Uint8Array {
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError("A chunk is neither an ArrayBuffer nor a view of one");
}

/** A stream of a length that is known before. More bytes or fewer are an error, as in Workers. */
class FixedLengthStream extends IdentityTransformStream {
  constructor(length: number | bigint) {
    const expected = Number(length);
    if (!Number.isSafeInteger(expected) || expected < 0)
      throw new TypeError(`FixedLengthStream: ${String(length)} is no length`);
    let written = 0;
    super({
      transform(chunk, controller) {
        const bytes = bytesOf(chunk);
        written += bytes.length;
        if (written > expected) throw new TypeError(`FixedLengthStream: more than ${expected} bytes were written`);
        controller.enqueue(bytes);
      },
      flush() {
        if (written < expected) throw new TypeError(`FixedLengthStream: ${written} of ${expected} bytes were written`);
      },
    });
  }
}

defineGlobals({ FixedLengthStream, IdentityTransformStream });
