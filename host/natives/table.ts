/** The natives of the host. A new native is an object, a line here, and a row of docs/reference/natives.md. */
import { aesCbc, aesCtr, aesGcm, aesKw } from "./aes.ts";
import { compress, decompress } from "./compression.ts";
import { hkdf, pbkdf2 } from "./derive.ts";
import { digest, equal } from "./digest.ts";
import { domainToAscii } from "./domains.ts";
import { hmac } from "./hmac.ts";
import { intl } from "./intl.ts";
import { rsaOaep, sharedSecret } from "./keys/encryption.ts";
import { keyExport } from "./keys/export.ts";
import { keyGenerate } from "./keys/generate.ts";
import { keyImport, secretImport } from "./keys/import.ts";
import { sign, verify } from "./keys/signatures.ts";
import type { Native } from "./native.ts";
import {
  bytesToText,
  encodingOf,
  fromBase64,
  textDecode,
  textToBytes,
  toBase64,
  utf8Decode,
  utf8Encode,
} from "./text.ts";

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
  keyImport,
  secretImport,
  keyExport,
  keyGenerate,
  sign,
  verify,
  rsaOaep,
  sharedSecret,
  intl,
  compress,
  decompress,
  toBase64,
  fromBase64,
  bytesToText,
  textToBytes,
  utf8Encode,
  utf8Decode,
  encodingOf,
  textDecode,
  domainToAscii,
];
