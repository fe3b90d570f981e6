/** `crypto`. Random values come from the host, and so does all cryptography (native-calls.ts). */
import { DigestStream } from "./crypto-digest.ts";
import { type SubtleCrypto, subtle } from "./crypto-subtle.ts";
import { DOMException } from "./dom-exception.ts";
import { tagged } from "./intrinsics.ts";
import { randomBytes, randomUuid } from "./random.ts";

/** The most bytes that one call may ask for (Web Crypto, getRandomValues). */
const quota = 65_536;
class Crypto {
  readonly DigestStream = DigestStream;

  get subtle(): SubtleCrypto {
    return subtle;
  }

  getRandomValues<T extends ArrayBufferView>(array: T): T {
    if (
      !ArrayBuffer.isView(array) ||
      array instanceof Float32Array ||
      array instanceof Float64Array ||
      (array as unknown) instanceof DataView
    ) {
      throw new DOMException("The argument is not an integer typed array", "TypeMismatchError");
    }
    const { byteLength } = array;
    if (byteLength > quota) {
      throw new DOMException(
        `${byteLength} bytes were asked for; one call gives ${quota} at most`,
        "QuotaExceededError",
      );
    }
    if (byteLength)
      new Uint8Array(array.buffer, array.byteOffset, byteLength).set(new Uint8Array(randomBytes(byteLength)));
    return array;
  }

  randomUUID(): string {
    return randomUuid();
  }
}
tagged(Crypto, "Crypto");

export { Crypto };
export const crypto = new Crypto();
