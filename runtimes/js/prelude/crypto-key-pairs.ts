/** Private and public keys of RSA and of the curves. */
import type { PairAlgorithm } from "./crypto-algorithms.ts";
import { byteLength, sliceBytes } from "./crypto-bytes.ts";
import { invalidAccess, notSupported, operationError } from "./crypto-errors.ts";
import { type Algorithm, type CryptoKey, type KeyState, type KeyType, newKey } from "./crypto-key.ts";
import type { Parameters } from "./crypto-parameters.ts";
import { checkUsages, checkUseful } from "./crypto-usages.ts";
import { callNative } from "./native-calls.ts";

const curves = ["P-256", "P-384", "P-521"];

/** The name that natives have for a kind of key. @throws NotSupportedError */
function kindOf({ family }: PairAlgorithm, { name, namedCurve }: Readonly<Record<string, unknown>>): string {
  if (family === "rsa") return "RSA";
  if (family === "okp") return name as string;
  if (!curves.includes(namedCurve as string)) {
    throw notSupported(`The curve ${namedCurve} is not supported: use ${curves.join(", ")}`);
  }
  return namedCurve as string;
}

export function generatePair(
  entry: PairAlgorithm,
  parameters: Parameters,
  extractable: boolean,
  usages: string[],
): { privateKey: CryptoKey; publicKey: CryptoKey } {
  const { name, modulusLength: modulusBits } = parameters;
  checkUsages(usages, [...entry.privateUsages, ...entry.publicUsages], name);
  const kind = kindOf(entry, parameters);
  const own = usages.filter((usage) => entry.privateUsages.includes(usage));
  const exponent = entry.family === "rsa" ? numberOf(parameters.publicExponent) : undefined;
  checkUseful(own);
  const reply = callNative("key-generate", { kind, modulusBits, exponent }, [new ArrayBuffer(0)]);
  const { privateBytes } = reply.value as { privateBytes: number };
  const both = reply.bytes();
  const algorithm = describe(entry, parameters);
  const make = (type: KeyType, shown: boolean, can: string[], material: ArrayBuffer) =>
    newKey({ type, extractable: shown, algorithm, usages: can, material });
  const others = usages.filter((usage) => entry.publicUsages.includes(usage));
  return {
    privateKey: make("private", extractable, own, sliceBytes(both, 0, privateBytes)),
    publicKey: make("public", true, others, sliceBytes(both, privateBytes)),
  };
}

function numberOf(exponent: Uint8Array): number {
  let number = 0;
  for (const byte of exponent) number = number * 256 + byte;
  if (!Number.isSafeInteger(number)) throw operationError("The public exponent is too large");
  return number;
}

/** @param data of format "jwk" its JSON */
export function importPair(
  entry: PairAlgorithm,
  format: string,
  data: ArrayBuffer,
  parameters: Parameters,
  extractable: boolean,
  usages: string[],
): CryptoKey {
  const { name, hash } = parameters;
  const kind = kindOf(entry, parameters);
  if (format === "raw" && entry.family === "rsa") throw notSupported(`A key of ${name} cannot be imported as "raw"`);
  const usable = (type: string) => (type === "private" ? entry.privateUsages : entry.publicUsages);
  if (format !== "jwk") checkUsages(usages, usable(format === "pkcs8" ? "private" : "public"), name);
  const algs = entry.jwkNames(hash ?? kind);
  const purpose = format === "jwk" ? { use: entry.use, algs, usages, extractable } : undefined;
  const reply = callNative("key-import", { kind, format, purpose }, [data]);
  const { type, modulusBits, exponent } = reply.value as { type: KeyType; modulusBits: number; exponent: string };
  const material = reply.bytes();
  checkUsages(usages, usable(type), name);
  if (type === "private") checkUseful(usages);
  const found = { ...parameters, modulusLength: modulusBits, publicExponent: bytesOfHex(exponent) };
  return newKey({ type, extractable, algorithm: describe(entry, found), usages, material });
}

function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function exportPair(entry: PairAlgorithm, format: string, key: KeyState): ArrayBuffer | object {
  const { type, algorithm, material, usages } = key;
  const own = type === "private" ? "pkcs8" : "spki";
  if (format === own) return sliceBytes(material, 0, byteLength(material));
  if (format === "pkcs8" || format === "spki" || (format === "raw" && type === "private")) {
    throw invalidAccess(`A ${type} key cannot be exported as "${format}"`);
  }
  if (format === "raw" && entry.family === "rsa") throw notSupported("A key of RSA has no raw format");
  const kind = kindOf(entry, algorithm);
  const reply = callNative("key-export", { kind, type, format }, [material]);
  if (format === "raw") return reply.bytes();
  const [alg] = entry.exportsAlg ? entry.jwkNames((algorithm.hash as string | undefined) ?? kind) : [];
  const members = { ...(reply.value as object), key_ops: [...usages], ext: key.extractable };
  return alg === undefined ? members : { ...members, alg };
}

function describe({ family }: PairAlgorithm, parameters: Parameters): Algorithm {
  const { name, modulusLength, publicExponent, hash, namedCurve } = parameters;
  if (family === "rsa") return { name, modulusLength, publicExponent, hash };
  return family === "ec" ? { name, namedCurve } : { name };
}
