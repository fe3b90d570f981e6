/** `Blob` and `File` of the File API. */
import { tagged, toLowerCase } from "./intrinsics.ts";
import { SharedBytes } from "./shared-bytes.ts";
import { joined, type Stream, streamOf } from "./streams.ts";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";
import { dictionary, sequence } from "./web-idl.ts";

export type BlobPart = string | ArrayBuffer | ArrayBufferView | Blob;
interface BlobOptions {
  endings?: string;
  type?: string;
}

export class Blob {
  #bytes: SharedBytes;
  #type: string;

  constructor(parts?: Iterable<BlobPart>, options?: BlobOptions) {
    const given = parts === undefined ? [] : sequence<BlobPart>(parts, "The list of a Blob's parts");
    const { endings = "transparent", type = "" } = dictionary<BlobOptions>(options, "The second argument");
    if (`${endings}` !== "transparent" && `${endings}` !== "native") {
      throw new TypeError(`"${endings}" is no value of endings: write "transparent" or "native"`);
    }
    const chunks: Uint8Array[] = [];
    for (const part of given) chunks[chunks.length] = chunkOf(part, `${endings}` === "native");
    this.#bytes = new SharedBytes(joined(chunks));
    this.#type = mediaType(`${type}`);
  }

  /** @internal The bytes themselves. */
  static bytes(blob: Blob): SharedBytes {
    return blob.#bytes;
  }

  get size(): number {
    return this.#bytes.buffer.byteLength;
  }
  get type(): string {
    return this.#type;
  }

  slice(start = 0, end = this.size, type = ""): Blob {
    const blob = new Blob();
    blob.#bytes = new SharedBytes(this.#bytes.buffer.slice(start, end));
    blob.#type = mediaType(`${type}`);
    return blob;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.buffer.slice(0);
  }
  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(this.#bytes.buffer.slice(0));
  }
  async text(): Promise<string> {
    const { text } = decodeUtf8(this.#bytes.buffer);
    return text[0] === "\uFEFF" ? text.slice(1) : text;
  }
  stream(): Stream {
    return streamOf(this.#bytes);
  }
}
tagged(Blob, "Blob");

function chunkOf(part: BlobPart, native: boolean): Uint8Array {
  if (part instanceof Blob) return new Uint8Array(Blob.bytes(part).buffer);
  if (part instanceof ArrayBuffer || ArrayBuffer.isView(part)) return new Uint8Array(toArrayBuffer(part));
  const text = `${part}`;
  return new Uint8Array(encodeUtf8(native ? text.replace(/\r\n?/g, "\n") : text));
}

function mediaType(type: string): string {
  return /[^\x20-\x7e]/.test(type) ? "" : toLowerCase(type);
}

interface FileOptions extends BlobOptions {
  lastModified?: number;
}

export class File extends Blob {
  #name: string;
  #lastModified: number;

  constructor(parts: Iterable<BlobPart>, name: string, options?: FileOptions) {
    if (name === undefined) throw new TypeError("File: the second argument, the file's name, is missing");
    super(sequence<BlobPart>(parts, "The list of a File's parts"), options);
    this.#name = `${name}`;
    const { lastModified = $now() } = dictionary<FileOptions>(options, "The third argument");
    // NaN is the epoch (Web IDL, "long long").
    this.#lastModified = Math.trunc(Number(lastModified)) || 0;
  }

  get name(): string {
    return this.#name;
  }
  get lastModified(): number {
    return this.#lastModified;
  }
}
tagged(File, "File");
