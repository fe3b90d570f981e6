/** Digests, and `DigestStream`, which Workers have beside the standard. */
import { bytesFrom } from "./crypto-bytes.ts";
import { notSupported } from "./crypto-errors.ts";
import { nameOf } from "./crypto-parameters.ts";
import { define, tagged, toUpperCase } from "./intrinsics.ts";
import { callNative } from "./native-calls.ts";
import { WritableStream } from "./streams.ts";
import { encodeUtf8 } from "./text.ts";

const digests = ["SHA-1", "SHA-256", "SHA-384", "SHA-512", "MD5"];

/** @throws NotSupportedError */
function digestName(algorithm: string): string {
  const name = toUpperCase(algorithm);
  if (digests.includes(name)) return name;
  throw notSupported(`The algorithm ${algorithm} is not supported: use one of ${digests.join(", ")}`);
}

export function digestOf(algorithm: string, data: ArrayBuffer): ArrayBuffer {
  return callNative("digest", { hash: digestName(algorithm) }, [data]).bytes();
}

/** Gives the digest of the written bytes. The host keeps nothing between two calls, so the bytes stay here. */
export class DigestStream extends WritableStream<unknown> {
  readonly digest: Promise<ArrayBuffer>;
  #written = 0;

  constructor(algorithm: unknown) {
    const name = digestName(nameOf(algorithm));
    const chunks: ArrayBuffer[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>();
    super({
      write: (chunk) => {
        const bytes = typeof chunk === "string" ? encodeUtf8(chunk) : bytesFrom(chunk, "The chunk").slice(0);
        define(chunks, chunks.length, bytes);
        this.#written += bytes.byteLength;
      },
      close: () => resolve(digestOf(name, joined(chunks, this.#written))),
      abort: (reason) => reject(reason),
    });
    this.digest = promise;
    // A program may abort the stream and never look at its digest.
    promise.catch(() => undefined);
  }

  get bytesWritten(): number {
    return this.#written;
  }
}
tagged(DigestStream, "DigestStream");

function joined(chunks: readonly ArrayBuffer[], size: number): ArrayBuffer {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(new Uint8Array(chunk), at);
    at += chunk.byteLength;
  }
  return all.buffer;
}
