/** The streams of web-streams-polyfill, and their use as bodies. Bodies are whole: a stream is read to its end. */
import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableStream,
  TransformStream,
  WritableStream,
} from "web-streams-polyfill";
import { toArrayBuffer } from "./text.ts";

export { ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableStream, TransformStream, WritableStream };
export type Stream = ReadableStream<unknown>;

export function isStream(value: unknown): value is Stream {
  return value instanceof ReadableStream;
}

/** The streams that were made of a whole body. As long as a stream is unread, its bytes are taken instead. */
const whole = new WeakMap<Stream, { bytes: ArrayBuffer; disturbed: boolean }>();

export const bodyStream = {
  of(bytes: ArrayBuffer): Stream {
    const state = { bytes, disturbed: false };
    const stream: Stream = new ReadableStream(
      {
        pull(controller) {
          state.disturbed = true;
          if (bytes.byteLength) controller.enqueue(new Uint8Array(bytes));
          controller.close();
        },
        cancel() {
          state.disturbed = true;
        },
      },
      { highWaterMark: 0 },
    );
    whole.set(stream, state);
    return stream;
  },
  disturbed(stream: Stream): boolean {
    return whole.get(stream)?.disturbed ?? stream.locked;
  },
};

/**
 * Takes the bytes of an unread stream that was made of a whole body, and uses the stream up. Undefined for other
 * streams.
 */
export function takeBody(stream: Stream): ArrayBuffer | undefined {
  const state = whole.get(stream);
  if (!state || state.disturbed || stream.locked) return undefined;
  state.disturbed = true;
  return state.bytes;
}

export async function readAll(stream: Stream): Promise<ArrayBuffer> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!(value instanceof ArrayBuffer) && !ArrayBuffer.isView(value)) {
      throw new TypeError("A body's stream must give Uint8Array chunks");
    }
    const chunk = new Uint8Array(toArrayBuffer(value));
    chunks[chunks.length] = chunk;
    size += chunk.length;
  }
  if (chunks.length === 1) return toArrayBuffer(chunks[0]!);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < chunks.length; i++) {
    bytes.set(chunks[i]!, at);
    at += chunks[i]!.length;
  }
  return bytes.buffer;
}
