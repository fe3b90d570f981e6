/** `crypto`. Random values come from the host, and so does all cryptography (native-calls.ts). */
import { DOMException } from "./events.ts";
import { tagged, toUpperCase } from "./intrinsics.ts";
import { callNative } from "./native-calls.ts";
import { randomBytes, randomUuid } from "./random.ts";
import { toArrayBuffer } from "./text.ts";

/** The bytes that one call may ask for (Web Crypto, getRandomValues). */
const quota = 65_536;
const digests = ["SHA-1", "SHA-256", "SHA-384", "SHA-512", "MD5"];

class SubtleCrypto {
  async digest(algorithm: string | { name: string }, data: ArrayBuffer | ArrayBufferView): Promise<ArrayBuffer> {
    const hash = toUpperCase(`${typeof algorithm === "object" ? algorithm.name : algorithm}`);
    if (!digests.includes(hash)) {
      throw new DOMException(
        `The algorithm ${hash} is not supported: use SHA-1, SHA-256, SHA-384, SHA-512 or MD5`,
        "NotSupportedError",
      );
    }
    return callNative("digest", { hash }, [toArrayBuffer(data)]).bytes();
  }
}
tagged(SubtleCrypto, "SubtleCrypto");

class Crypto {
  readonly subtle = new SubtleCrypto();

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

export { Crypto, SubtleCrypto };
export const crypto = new Crypto();
