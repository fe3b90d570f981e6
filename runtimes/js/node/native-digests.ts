/**
 * Digests, HMAC and derivation by the natives of the host, hundreds of times faster than by the interpreter. The natives
 * know five functions; of the others, and on hosts that lend none, there is nothing here.
 */

type Call = (method: string, named: object, parts: readonly ArrayBuffer[]) => ArrayBuffer;

/** What the prelude has for this module (prelude/natives-for-node.ts). */
const call = (globalThis as unknown as Record<symbol, Call | undefined>)[Symbol.for("plinth.natives")];

const names: Readonly<Record<string, string>> = {
  md5: "MD5",
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};

/** A hash under way: what node:crypto's objects are made of. */
export interface HashState {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
  clone(): HashState;
}

/** A native takes all bytes at once. Until then they are kept, as copies. */
class Gathered implements HashState {
  readonly #chunks: Uint8Array[];
  readonly #finish: (data: ArrayBuffer) => ArrayBuffer;

  constructor(finish: (data: ArrayBuffer) => ArrayBuffer, chunks: Uint8Array[] = []) {
    this.#finish = finish;
    this.#chunks = chunks;
  }

  update(data: Uint8Array): void {
    this.#chunks.push(new Uint8Array(data));
  }

  digest(): Uint8Array {
    const whole = new Uint8Array(this.#chunks.reduce((size, { length }) => size + length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return new Uint8Array(this.#finish(whole.buffer));
  }

  clone(): HashState {
    return new Gathered(this.#finish, [...this.#chunks]);
  }
}

const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** @param name OpenSSL's, in lower case */
export function nativeHash(name: string): HashState | undefined {
  const hash = names[name];
  if (call === undefined || hash === undefined) return undefined;
  return new Gathered((data) => call("digest", { hash }, [data]));
}

/** The natives of keys know the hashes of Web Crypto, and so no MD5. */
function keyedHash(name: string): string | undefined {
  return call === undefined || name === "md5" ? undefined : names[name];
}

export function nativeHmac(name: string, key: Uint8Array): HashState | undefined {
  const hash = keyedHash(name);
  if (hash === undefined) return undefined;
  const secret = copyOf(key);
  return new Gathered((data) => call!("hmac", { hash }, [secret, data]));
}

export function nativePbkdf2(
  name: string,
  password: Uint8Array,
  salt: Uint8Array,
  sizes: { readonly iterations: number; readonly bytes: number },
): Uint8Array | undefined {
  const hash = keyedHash(name);
  if (hash === undefined || !(sizes.bytes > 0) || !(sizes.iterations > 0)) return undefined;
  return new Uint8Array(call!("pbkdf2", { hash, ...sizes }, [copyOf(password), copyOf(salt)]));
}

/** @param inputs key, salt, info */
export function nativeHkdf(name: string, inputs: readonly Uint8Array[], bytes: number): Uint8Array | undefined {
  const hash = keyedHash(name);
  if (hash === undefined || !(bytes > 0)) return undefined;
  return new Uint8Array(call!("hkdf", { hash, bytes }, inputs.map(copyOf)));
}
