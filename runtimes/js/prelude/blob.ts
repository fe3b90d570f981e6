/** `Blob` and `File` of the File API. */
import { tagged, toLowerCase } from "./intrinsics.ts";
import { bodyStream, type Stream } from "./streams.ts";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";

export type BlobPart = string | ArrayBuffer | ArrayBufferView | Blob;

export class Blob {
  #bytes: ArrayBuffer;
  #type: string;

  constructor(parts: Iterable<BlobPart> = [], options: { type?: string } = {}) {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (const part of parts) {
      const bytes =
        part instanceof Blob
          ? part.#bytes
          : part instanceof ArrayBuffer || ArrayBuffer.isView(part)
            ? toArrayBuffer(part)
            : encodeUtf8(`${part}`);
      chunks[chunks.length] = new Uint8Array(bytes);
      size += bytes.byteLength;
    }
    const all = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    this.#bytes = all.buffer;
    const type = `${options.type ?? ""}`;
    this.#type = /[^\x20-\x7e]/.test(type) ? "" : toLowerCase(type);
  }

  /** @internal The bytes themselves, without a copy. Callers must not write them. */
  static bytes(blob: Blob): ArrayBuffer {
    return blob.#bytes;
  }

  get size(): number {
    return this.#bytes.byteLength;
  }
  get type(): string {
    return this.#type;
  }

  slice(start = 0, end = this.size, type = ""): Blob {
    return new Blob([this.#bytes.slice(start, end)], { type });
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice(0);
  }
  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(this.#bytes.slice(0));
  }
  async text(): Promise<string> {
    return decodeUtf8(this.#bytes).text;
  }
  stream(): Stream {
    return bodyStream.of(this.#bytes.slice(0));
  }
}
tagged(Blob, "Blob");

export class File extends Blob {
  #name: string;
  #lastModified: number;

  constructor(parts: Iterable<BlobPart>, name: string, options: { type?: string; lastModified?: number } = {}) {
    super(parts, options);
    this.#name = `${name}`;
    this.#lastModified = Number(options.lastModified ?? $now());
  }

  get name(): string {
    return this.#name;
  }
  get lastModified(): number {
    return this.#lastModified;
  }
}
tagged(File, "File");
