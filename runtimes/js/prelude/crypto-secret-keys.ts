/** Secret keys of AES, HMAC, HKDF and PBKDF2. */
import type { SecretAlgorithm } from "./crypto-algorithms.ts";
import { byteLength, firstBits, sliceBytes } from "./crypto-bytes.ts";
import { dataError, notSupported, operationError, syntaxError } from "./crypto-errors.ts";
import { type Algorithm, type CryptoKey, type KeyState, newKey } from "./crypto-key.ts";
import type { Parameters } from "./crypto-parameters.ts";
import { checkUsages, checkUseful } from "./crypto-usages.ts";
import { callNative } from "./native-calls.ts";
import { randomBytes } from "./random.ts";

const blockBits: Readonly<Record<string, number>> = { "SHA-1": 512, "SHA-256": 512, "SHA-384": 1024, "SHA-512": 1024 };

export function generateSecret(
  entry: SecretAlgorithm,
  parameters: Parameters,
  extractable: boolean,
  usages: string[],
): CryptoKey {
  checkUsages(usages, entry.usages, parameters.name);
  const bits = secretBits(entry, parameters)!;
  checkUseful(usages);
  const material = firstBits(randomBytes(Math.ceil(bits / 8)), bits);
  return newKey({ type: "secret", extractable, algorithm: describe(entry, parameters, bits), usages, material });
}

/** The number of bits of a new key; null if any number will do. @throws OperationError */
export function secretBits(entry: SecretAlgorithm, { length, hash }: Parameters): number | null {
  if (entry.family === "derivation") return null;
  if (entry.family === "hmac") {
    const bits = length ?? blockBits[hash];
    if (bits === 0) throw operationError("A key of HMAC has one bit at least");
    return bits;
  }
  if (length !== 128 && length !== 192 && length !== 256) throw operationError("A key of AES has 128, 192 or 256 bits");
  return length;
}

/** @param data of format "jwk" its JSON */
export function importSecret(
  entry: SecretAlgorithm,
  format: string,
  data: ArrayBuffer,
  parameters: Parameters,
  extractable: boolean,
  usages: string[],
): CryptoKey {
  const { name } = parameters;
  const isJwk = format === "jwk" && entry.family !== "derivation";
  if (format !== "raw" && !isJwk) throw notSupported(`A key of ${name} cannot be imported as "${format}"`);
  checkUsages(usages, entry.usages, name);
  if (entry.family === "derivation" && extractable) throw syntaxError(`A key of ${name} cannot be extractable`);
  let material = isJwk ? secretOfJwk(entry, data, parameters, extractable, usages) : sliceBytes(data, 0);
  let bits = byteLength(material) * 8;
  if (entry.family === "aes" && bits !== 128 && bits !== 192 && bits !== 256) {
    throw dataError(`A key of AES has 128, 192 or 256 bits, not ${bits}`);
  }
  if (entry.family === "hmac") {
    const { length = bits } = parameters;
    if (bits === 0) throw dataError("A key of HMAC has one bit at least");
    if (length > bits || length <= bits - 8) throw dataError(`The key has ${bits} bits, and not ${length}`);
    material = firstBits(material, length);
    bits = length;
  }
  checkUseful(usages);
  return newKey({ type: "secret", extractable, algorithm: describe(entry, parameters, bits), usages, material });
}

function secretOfJwk(
  entry: SecretAlgorithm,
  json: ArrayBuffer,
  { hash }: Parameters,
  extractable: boolean,
  usages: string[],
): ArrayBuffer {
  const purpose = { use: entry.use, algs: [entry.jwkName(hash)], usages, extractable };
  return callNative("secret-import", { purpose }, [json]).bytes();
}

export function exportSecret(entry: SecretAlgorithm, format: string, key: KeyState): ArrayBuffer | object {
  const { algorithm, material, usages } = key;
  if (entry.family === "derivation" || (format !== "raw" && format !== "jwk")) {
    throw notSupported(`A key of ${algorithm.name} cannot be exported as "${format}"`);
  }
  if (format === "raw") return sliceBytes(material, 0);
  const k = byteLength(material) ? callNative("bytes-to-text", { form: "base64url" }, [material]).text() : "";
  const alg = entry.jwkName(algorithm.hash as string).replace("*", `${byteLength(material) * 8}`);
  return { kty: "oct", k, alg, key_ops: [...usages], ext: true };
}

function describe(entry: SecretAlgorithm, { name, hash }: Parameters, length: number): Algorithm {
  if (entry.family === "derivation") return { name };
  return entry.family === "hmac" ? { name, length, hash } : { name, length };
}
