/** AES in the modes of Web Crypto. The key's length says which AES it is. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "./closed.ts";
import { counterRuns } from "./counter.ts";
import { CONVERT_LIMIT_BYTES, defineNative, Refusal } from "./native.ts";

const BLOCK_BYTES = 16;
const direction = Type.Enum(["encrypt", "decrypt"]);
const KEY_WRAP_IV = Buffer.alloc(8, 0xa6);

export const aesGcm = defineNative({
  name: "aes-gcm",
  schema: Type.Object({ direction, tagBytes: Type.Enum([4, 8, 12, 13, 14, 15, 16]) }, closed),
  parts: 4,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "OperationError",
  run({ direction: way, tagBytes }, [key, iv, additional, data]) {
    const cipher = `aes-${bitsOf(key!)}-gcm` as CipherGCMTypes;
    const options = { authTagLength: tagBytes };
    if (way === "encrypt") {
      const out = createCipheriv(cipher, key!, iv!, options).setAAD(additional!);
      return { body: Buffer.concat([out.update(data!), out.final(), out.getAuthTag()]) };
    }
    const end = data!.length - tagBytes;
    if (end < 0) throw new Refusal("OperationError", "The data are shorter than their tag");
    const out = createDecipheriv(cipher, key!, iv!, options).setAAD(additional!).setAuthTag(data!.subarray(end));
    return { body: Buffer.concat([out.update(data!.subarray(0, end)), out.final()]) };
  },
});

export const aesCbc = defineNative({
  name: "aes-cbc",
  schema: Type.Object({ direction }, closed),
  parts: 3,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "OperationError",
  run: ({ direction: way }, [key, iv, data]) => ({ body: through(way, `aes-${bitsOf(key!)}-cbc`, key!, iv!, data!) }),
});

export const aesCtr = defineNative({
  name: "aes-ctr",
  schema: Type.Object({ counterBits: Type.Integer({ minimum: 1, maximum: 128 }) }, closed),
  parts: 3,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "OperationError",
  run({ counterBits }, [key, counter, data]) {
    const cipher = `aes-${bitsOf(key!)}-ctr`;
    if (counter!.length !== BLOCK_BYTES) throw new Refusal("OperationError", "A counter has 16 bytes");
    const runs = counterRuns(counter!, counterBits, Math.ceil(data!.length / BLOCK_BYTES));
    if (runs === null) throw new Refusal("OperationError", "The data have more blocks than the counter has values");
    const pieces = runs.map(({ counter: from, start, end }) =>
      through("encrypt", cipher, key!, from, data!.subarray(start * BLOCK_BYTES, end * BLOCK_BYTES)),
    );
    return { body: Buffer.concat(pieces) };
  },
});

/** AES Key Wrap (RFC 3394). */
export const aesKw = defineNative({
  name: "aes-kw",
  schema: Type.Object({ direction }, closed),
  parts: 2,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "OperationError",
  run({ direction: way }, [key, data]) {
    const least = way === "encrypt" ? 16 : 24;
    if (data!.length < least || data!.length % 8) {
      throw new Refusal("OperationError", `AES-KW takes a multiple of 8 bytes, and ${least} at least`);
    }
    return { body: through(way, `id-aes${bitsOf(key!)}-wrap`, key!, KEY_WRAP_IV, data!) };
  },
});

function through(
  way: "encrypt" | "decrypt",
  cipher: string,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Buffer {
  const out = way === "encrypt" ? createCipheriv(cipher, key, iv) : createDecipheriv(cipher, key, iv);
  return Buffer.concat([out.update(data), out.final()]);
}

function bitsOf({ length }: Uint8Array): 128 | 192 | 256 {
  if (length === 16 || length === 24 || length === 32) return (length * 8) as 128 | 192 | 256;
  throw new Refusal("OperationError", `A key of AES has 16, 24 or 32 bytes, not ${length}`);
}
