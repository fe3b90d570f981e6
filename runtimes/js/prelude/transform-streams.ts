/** Streams that convert what goes through them: texts, compressed bytes, bytes of a length known before. */
import { TextDecoder, TextEncoder } from "./encoding.ts";
import { tagged } from "./intrinsics.ts";
import { callNative } from "./native-calls.ts";
import { isBytes, joined, type Stream, TransformStream } from "./streams.ts";
import { toArrayBuffer } from "./text.ts";

interface Controller {
  enqueue(chunk: unknown): void;
}
interface Transformer {
  transform(chunk: unknown, controller: Controller): void;
  flush?(controller: Controller): void;
}

/** A pair of streams with a transformer between them (Streams, "GenericTransformStream"). */
class Transform {
  readonly #stream: TransformStream;

  constructor(transformer: Transformer) {
    this.#stream = new TransformStream(transformer as ConstructorParameters<typeof TransformStream>[0]);
  }
  get readable(): Stream {
    return this.#stream.readable as Stream;
  }
  get writable(): object {
    return this.#stream.writable;
  }
}

function bytesOf(chunk: unknown): ArrayBuffer {
  if (!isBytes(chunk)) throw new TypeError("A chunk is neither an ArrayBuffer nor a view of one");
  return toArrayBuffer(chunk);
}

export class TextEncoderStream extends Transform {
  constructor() {
    const encoder = new TextEncoder();
    // The first half of a pair of surrogates, whose second half may come with the next chunk.
    let half = "";
    super({
      transform(chunk, controller) {
        let text = `${half}${chunk as string}`;
        half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? "";
        if (half) text = text.slice(0, -1);
        if (text) controller.enqueue(encoder.encode(text));
      },
      flush(controller) {
        if (half) controller.enqueue(encoder.encode(half));
      },
    });
  }
  get encoding(): string {
    return "utf-8";
  }
}
tagged(TextEncoderStream, "TextEncoderStream");

export class TextDecoderStream extends Transform {
  readonly #decoder: TextDecoder;

  constructor(label = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const decoder = new TextDecoder(label, options);
    super({
      transform(chunk, controller) {
        const text = decoder.decode(bytesOf(chunk), { stream: true });
        if (text) controller.enqueue(text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text) controller.enqueue(text);
      },
    });
    this.#decoder = decoder;
  }
  get encoding(): string {
    return this.#decoder.encoding;
  }
  get fatal(): boolean {
    return this.#decoder.fatal;
  }
  get ignoreBOM(): boolean {
    return this.#decoder.ignoreBOM;
  }
}
tagged(TextDecoderStream, "TextDecoderStream");

/** Collects the bytes and passes them to a native of the host's as a whole, because natives keep nothing between calls. */
function converting(native: "compress" | "decompress", format: unknown): Transformer {
  const name = `${format as string}`;
  if (name !== "gzip" && name !== "deflate" && name !== "deflate-raw")
    throw new TypeError(`"${name}" is no format of compression: write "gzip", "deflate" or "deflate-raw"`);
  const chunks: Uint8Array[] = [];
  return {
    transform: (chunk) => void chunks.push(new Uint8Array(bytesOf(chunk)).slice()),
    flush(controller) {
      const bytes = convert(native, name, joined(chunks));
      if (bytes.byteLength) controller.enqueue(new Uint8Array(bytes));
    },
  };
}

function convert(native: string, format: string, bytes: ArrayBuffer): ArrayBuffer {
  try {
    return callNative(native, { format }, [bytes]).bytes();
  } catch (error) {
    throw (error as Error).name === "DataError" ? new TypeError((error as Error).message) : error;
  }
}

export class CompressionStream extends Transform {
  constructor(format: string) {
    super(converting("compress", format));
  }
}
tagged(CompressionStream, "CompressionStream");

export class DecompressionStream extends Transform {
  constructor(format: string) {
    super(converting("decompress", format));
  }
}
tagged(DecompressionStream, "DecompressionStream");
