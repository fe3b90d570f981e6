/**
 * `node:crypto`: hashes, HMAC, key derivation and random values. Signatures and ciphers are in Web Crypto
 * (`crypto.subtle`); a missing function throws an error that names it.
 */
export * from "unenv/node/crypto";

import { Buffer } from "node:buffer";
import { hkdf as nobleHkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { md5, ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { pbkdf2 as noblePbkdf2 } from "@noble/hashes/pbkdf2.js";
import { scrypt as nobleScrypt } from "@noble/hashes/scrypt.js";
import { sha224, sha256, sha384, sha512, sha512_256 } from "@noble/hashes/sha2.js";
import { sha3_256, sha3_384, sha3_512 } from "@noble/hashes/sha3.js";
import type { CHash } from "@noble/hashes/utils.js";
import * as unenv from "unenv/node/crypto";
import { type HashState, nativeHash, nativeHkdf, nativeHmac, nativePbkdf2 } from "./native-digests.ts";

type Bytes = string | ArrayBuffer | ArrayBufferView | KeyObject;
type Encoding = Parameters<Buffer["toString"]>[0];
type Done<Value> = (error: Error | null, value?: Value) => void;

const hashes: Readonly<Record<string, CHash>> = {
  md5,
  ripemd160,
  rmd160: ripemd160,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  "sha512-256": sha512_256,
  "sha3-256": sha3_256,
  "sha3-384": sha3_384,
  "sha3-512": sha3_512,
};

export function getHashes(): string[] {
  return Object.keys(hashes);
}

/** The name in `hashes` of one of OpenSSL, in any case: "sha256", "SHA-256", "RSA-SHA256". */
function nameOf(name: string): string {
  const plain = name.toLowerCase().replace(/^rsa-/, "");
  const found = [plain, plain.replace("-", "")].find((each) => Object.hasOwn(hashes, each));
  if (found === undefined) throw new Error("Digest method not supported");
  return found;
}

function hashOf(name: string): CHash {
  return hashes[nameOf(name)]!;
}

/** A secret key. Node also has public and private keys by this name, which are only in Web Crypto here. */
export class KeyObject {
  readonly type = "secret";
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get symmetricKeySize(): number {
    return this.#bytes.length;
  }

  export(): Buffer {
    return buffer(this.#bytes);
  }
}

export function createSecretKey(key: Bytes, encoding?: Encoding): KeyObject {
  return new KeyObject(Uint8Array.from(bytesOf(key, encoding)));
}

function bytesOf(data: Bytes, encoding?: Encoding): Uint8Array {
  if (data instanceof KeyObject) return data.export();
  if (typeof data === "string") return Buffer.from(data, encoding);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data);
}

/** A copy in Node's own type. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}

class Digest {
  readonly #state: HashState;
  #ended = false;

  constructor(state: HashState) {
    this.#state = state;
  }

  update(data: Bytes, encoding?: Encoding): this {
    if (this.#ended) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
    this.#state.update(bytesOf(data, encoding));
    return this;
  }

  digest(): Buffer;
  digest(encoding: Encoding): string;
  digest(encoding?: Encoding): Buffer | string {
    if (this.#ended) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
    this.#ended = true;
    const bytes = buffer(this.#state.digest());
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }

  copy(): Digest {
    return new Digest(this.#state.clone());
  }
}

export { Digest as Hash, Digest as Hmac };

export function createHash(algorithm: string): Digest {
  return new Digest(nativeHash(nameOf(algorithm)) ?? hashOf(algorithm).create());
}

export function createHmac(algorithm: string, key: Bytes): Digest {
  const bytes = bytesOf(key);
  return new Digest(nativeHmac(nameOf(algorithm), bytes) ?? hmac.create(hashOf(algorithm), bytes));
}

export function hash(algorithm: string, data: Bytes, encoding: Encoding = "hex"): string {
  return createHash(algorithm).update(data).digest(encoding);
}

export function randomBytes(size: number): Buffer;
export function randomBytes(size: number, done: Done<Buffer>): void;
export function randomBytes(size: number, done?: Done<Buffer>): Buffer | undefined {
  const bytes = randomFillSync(Buffer.alloc(size));
  if (done === undefined) return bytes;
  queueMicrotask(() => done(null, bytes));
  return undefined;
}

/** The most bytes that one call of `crypto.getRandomValues` may ask for. */
const QUOTA = 65_536;

export function randomFillSync<Target extends ArrayBufferView>(target: Target): Target {
  const bytes = new Uint8Array(target.buffer as ArrayBuffer, target.byteOffset, target.byteLength);
  for (let at = 0; at < bytes.length; at += QUOTA) globalThis.crypto.getRandomValues(bytes.subarray(at, at + QUOTA));
  return target;
}

/**
 * A random integer from `least` (0 if one number is given) to the number before `beyond`. Each is as likely as the
 * others.
 */
export function randomInt(first: number, second?: number): number {
  const [least, beyond] = second === undefined ? [0, first] : [first, second];
  const range = beyond - least;
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(beyond) || range <= 0 || range >= 2 ** 48) {
    throw new RangeError(`no integers from ${least} to below ${beyond}`);
  }
  const most = 2 ** 48 - (2 ** 48 % range);
  for (;;) {
    const value = randomBytes(6).readUIntBE(0, 6);
    if (value < most) return least + (value % range);
  }
}

export function timingSafeEqual(one: Bytes, other: Bytes): boolean {
  const [a, b] = [bytesOf(one), bytesOf(other)];
  if (a.length !== b.length) throw new RangeError("Input buffers must have the same byte length");
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a[at]! ^ b[at]!;
  return difference === 0;
}

export function pbkdf2Sync(password: Bytes, salt: Bytes, iterations: number, length: number, digest: string): Buffer {
  const [secret, seasoning] = [bytesOf(password), bytesOf(salt)];
  const made =
    nativePbkdf2(nameOf(digest), secret, seasoning, { iterations, bytes: length }) ??
    noblePbkdf2(hashOf(digest), secret, seasoning, { c: iterations, dkLen: length });
  return buffer(made);
}

export function hkdfSync(digest: string, key: Bytes, salt: Bytes, info: Bytes, length: number): ArrayBuffer {
  const inputs = [bytesOf(key), bytesOf(salt), bytesOf(info)] as const;
  const made = nativeHkdf(nameOf(digest), inputs, length) ?? nobleHkdf(hashOf(digest), ...inputs, length);
  return Uint8Array.from(made).buffer;
}

interface ScryptOptions {
  readonly N?: number;
  readonly cost?: number;
  readonly r?: number;
  readonly blockSize?: number;
  readonly p?: number;
  readonly parallelization?: number;
}

export function scryptSync(password: Bytes, salt: Bytes, length: number, options: ScryptOptions = {}): Buffer {
  const {
    cost,
    blockSize,
    parallelization,
    N = cost ?? 16_384,
    r = blockSize ?? 8,
    p = parallelization ?? 1,
  } = options;
  return buffer(nobleScrypt(bytesOf(password), bytesOf(salt), { N, r, p, dkLen: length }));
}

/** Node's form with a callback, of a function that needs no other thread here. */
function withCallback<Given extends unknown[], Value>(sync: (...given: Given) => Value) {
  return (...given: [...Given, Done<Value>]): void => {
    const done = given.pop() as Done<Value>;
    const value = sync(...(given as unknown as Given));
    queueMicrotask(() => done(null, value));
  };
}

export const pbkdf2 = withCallback(pbkdf2Sync);
export const hkdf = withCallback(hkdfSync);
export const scrypt = withCallback(scryptSync);
export const { subtle } = globalThis.crypto;
export const webcrypto = globalThis.crypto;

export default {
  ...unenv.default,
  createHash,
  createHmac,
  createSecretKey,
  getHashes,
  Hash: Digest,
  hash,
  hkdf,
  hkdfSync,
  Hmac: Digest,
  KeyObject,
  pbkdf2,
  pbkdf2Sync,
  randomBytes,
  randomFillSync,
  randomInt,
  scrypt,
  scryptSync,
  subtle,
  timingSafeEqual,
  webcrypto,
};
