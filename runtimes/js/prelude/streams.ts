/** The streams of web-streams-polyfill, and their use as bodies. */
import { ReadableStream } from "web-streams-polyfill";
import { SharedBytes } from "./shared-bytes.ts";
import { toArrayBuffer } from "./text.ts";

export { TransformStream, WritableStream } from "web-streams-polyfill";
export type Stream = ReadableStream<unknown>;

/** Bytes of one owner, who gives them away or writes to them, or shared bytes. */
export type Whole = ArrayBuffer | SharedBytes;

export function isStream(value: unknown): value is Stream {
  return value instanceof ReadableStream;
}

/** The bytes that streams were made of. While such a stream is unread, its bytes are taken instead. */
const whole = new WeakMap<Stream, Whole>();

const chunkBytes = 65_536;

/** A byte stream of bytes that are already there. */
export function streamOf(bytes: Whole): Stream {
  const stream: Stream = new ReadableStream(
    bytes instanceof SharedBytes ? copying(bytes.buffer) : giving(new Uint8Array(bytes)),
  );
  whole.set(stream, bytes);
  return stream;
}

/** A source that gives the bytes away. */
function giving(bytes: Uint8Array): UnderlyingByteSource {
  let given = bytes.length === 0;
  return {
    type: "bytes",
    pull(controller) {
      if (!given) controller.enqueue(bytes);
      else end(controller);
      given = true;
    },
  };
}

/** A source that gives copies, piece by piece. */
function copying(buffer: ArrayBuffer): UnderlyingByteSource {
  let at = 0;
  return {
    type: "bytes",
    pull(controller) {
      if (at < buffer.byteLength) controller.enqueue(new Uint8Array(buffer.slice(at, at + chunkBytes)));
      else end(controller);
      at += chunkBytes;
    },
  };
}

interface UnderlyingByteSource {
  type: "bytes";
  pull(controller: ByteController): void;
}

interface ByteController {
  enqueue(chunk: Uint8Array): void;
  close(): void;
  readonly byobRequest: { respond(bytes: number): void } | null;
}

/** Closes a byte stream. A read into a buffer of the reader's ends only by an answer (Streams, "close" of byte streams). */
function end(controller: ByteController): void {
  controller.close();
  controller.byobRequest?.respond(0);
}

/** Whether a stream has been read or cancelled, if only in part. */
export function isDisturbed(stream: Stream): boolean {
  return (stream as unknown as { _disturbed: boolean })._disturbed;
}

/** Whether a stream cannot be read as a body, because it has been read in part or is being read. */
export function isUnusable(stream: Stream): boolean {
  return stream.locked || isDisturbed(stream);
}

/** Takes the bytes of an unread stream that was made of them, and uses the stream up. Undefined for other streams. */
export function takeWhole(stream: Stream): Whole | undefined {
  const bytes = whole.get(stream);
  if (bytes !== undefined) exhaust(stream);
  return bytes;
}

/** Leaves a stream in the state after its body was read: read, and locked for ever. */
export function exhaust(stream: Stream): void {
  void stream.getReader().cancel();
}

/** The other branch of a body's clone, with chunks of its own (Streams, "tee" with cloned chunks). */
export function copiesOf(stream: Stream): Stream {
  const reader = stream.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(isBytes(value) ? new Uint8Array(joined([chunkOf(value)])) : value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

export function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

export function chunkOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return new Uint8Array(toArrayBuffer(value));
}

/** The chunks of a stream, which is read to its end. */
export async function readAll(stream: Stream): Promise<Uint8Array[]> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    if (!isBytes(value)) throw new TypeError("A body's stream must give Uint8Array chunks");
    chunks[chunks.length] = chunkOf(value);
  }
}

/** Joins the chunks in a new buffer. */
export function joined(chunks: readonly Uint8Array[]): ArrayBuffer {
  let size = 0;
  for (let i = 0; i < chunks.length; i++) size += chunks[i]!.length;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < chunks.length; i++) {
    bytes.set(chunks[i]!, at);
    at += chunks[i]!.length;
  }
  return bytes.buffer;
}
