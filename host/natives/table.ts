/** The natives of the host. To add one is an object, a line here, and a row of docs/reference/natives.md. */
import { aesCbc, aesCtr, aesGcm, aesKw } from "./aes.ts";
import { hkdf, pbkdf2 } from "./derive.ts";
import { digest, equal } from "./digest.ts";
import { hmac } from "./hmac.ts";
import type { Native } from "./native.ts";
import { bytesToText, fromBase64, textToBytes, toBase64, utf8Decode, utf8Encode } from "./text.ts";

export const natives: readonly Native[] = [
  digest,
  equal,
  hmac,
  aesCbc,
  aesCtr,
  aesGcm,
  aesKw,
  hkdf,
  pbkdf2,
  toBase64,
  fromBase64,
  bytesToText,
  textToBytes,
  utf8Encode,
  utf8Decode,
];
