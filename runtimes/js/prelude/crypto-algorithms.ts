/** The algorithms of Web Crypto: the parameters that each takes for each operation, and how the operation is done. */
import { byteLength, firstBits } from "./crypto-bytes.ts";
import { invalidAccess, operationError } from "./crypto-errors.ts";
import type { KeyState } from "./crypto-key.ts";
import type { Parameters, Spec } from "./crypto-parameters.ts";
import { callNative } from "./native-calls.ts";

export type Operation =
  | "encrypt"
  | "decrypt"
  | "sign"
  | "verify"
  | "deriveBits"
  | "wrapKey"
  | "unwrapKey"
  | "generateKey"
  | "importKey"
  | "keyLength";

interface Common {
  readonly takes: Partial<Readonly<Record<Operation, Spec>>>;
  /** The value of `use` in a JSON Web Key. */
  readonly use: "sig" | "enc";
  cipher?(direction: "encrypt" | "decrypt", parameters: Parameters, key: KeyState, data: ArrayBuffer): ArrayBuffer;
  sign?(parameters: Parameters, key: KeyState, data: ArrayBuffer): ArrayBuffer;
  verify?(parameters: Parameters, key: KeyState, signature: ArrayBuffer, data: ArrayBuffer): boolean;
  derive?(parameters: Parameters, key: KeyState, bits: number | null): ArrayBuffer;
}

export interface SecretAlgorithm extends Common {
  readonly family: "aes" | "hmac" | "derivation";
  readonly usages: readonly string[];
  /** The value of `alg` in a JSON Web Key; `*` stands for the bits of the key. */
  jwkName(hash: string): string;
}

export interface PairAlgorithm extends Common {
  readonly family: "rsa" | "ec" | "okp";
  readonly privateUsages: readonly string[];
  readonly publicUsages: readonly string[];
  /** The values that `alg` of a JSON Web Key may have, by the key's hash or else its kind. The first one is exported. */
  jwkNames(hashOrKind: string): string[];
  readonly exportsAlg: boolean;
}

const bits = (hash: string) => hash.slice(4);

function aes(mode: string, spec: Spec, cipher: NonNullable<Common["cipher"]>, wrapsOnly = false): SecretAlgorithm {
  const length: Spec = { length: "short" };
  const ciphers = wrapsOnly ? {} : { encrypt: spec, decrypt: spec };
  const takes = { ...ciphers, wrapKey: spec, unwrapKey: spec, importKey: {}, generateKey: length, keyLength: length };
  const usages = wrapsOnly ? ["wrapKey", "unwrapKey"] : ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
  return { family: "aes", takes, use: "enc", usages, jwkName: () => `A*${mode}`, cipher };
}

const tagBits = [32, 64, 96, 104, 112, 120, 128];
const none = new ArrayBuffer(0);

function block(bytes: ArrayBuffer, what: string): ArrayBuffer {
  if (byteLength(bytes) !== 16) throw operationError(`${what} has 16 bytes`);
  return bytes;
}

const hmacKey: Spec = { hash: "hash", length: "long?" };
const rsaKey: Spec = { modulusLength: "long", publicExponent: "exponent", hash: "hash" };

function derivation(spec: Spec, derive: (parameters: Parameters, key: KeyState, bytes: number) => ArrayBuffer) {
  return {
    family: "derivation",
    takes: { deriveBits: spec, importKey: {}, keyLength: {} },
    use: "enc",
    usages: ["deriveKey", "deriveBits"],
    jwkName: () => "",
    derive(parameters, key, length) {
      if (length === null || length % 8 !== 0) throw operationError("The length is not a multiple of 8 bits");
      return length === 0 ? none : derive(parameters, key, length / 8);
    },
  } satisfies SecretAlgorithm;
}

function signing(
  family: PairAlgorithm["family"],
  spec: { sign: Spec; generateKey: Spec; importKey: Spec },
  jwkNames: PairAlgorithm["jwkNames"],
  kindOf: (key: KeyState) => string,
  exportsAlg: boolean,
): PairAlgorithm {
  const named = ({ name, hash, saltLength = 0 }: Parameters, key: KeyState) => ({
    scheme: name,
    kind: kindOf(key),
    hash: hash ?? key.algorithm.hash,
    saltBytes: saltLength,
  });
  return {
    family,
    takes: { ...spec, verify: spec.sign },
    use: "sig",
    privateUsages: ["sign"],
    publicUsages: ["verify"],
    jwkNames,
    exportsAlg,
    sign: (parameters, key, data) => callNative("sign", named(parameters, key), [key.material, data]).bytes(),
    verify: (parameters, key, signature, data) =>
      callNative("verify", named(parameters, key), [key.material, signature, data]).value as boolean,
  };
}

function agreeing(family: "ec" | "okp", keySpec: Spec, kindOf: (key: KeyState) => string): PairAlgorithm {
  return {
    family,
    takes: { deriveBits: { public: "key" }, generateKey: keySpec, importKey: keySpec },
    use: "enc",
    privateUsages: ["deriveKey", "deriveBits"],
    publicUsages: [],
    jwkNames: () => [],
    exportsAlg: false,
    derive({ public: other }, key, length) {
      if (other.type !== "public") throw invalidAccess("The other side's key is not a public one");
      if (other.algorithm.name !== key.algorithm.name || kindOf(other) !== kindOf(key)) {
        throw invalidAccess("The two keys are not of the same algorithm and curve");
      }
      const secret = callNative("shared-secret", { kind: kindOf(key) }, [key.material, other.material]).bytes();
      if (length === null) return secret;
      if (length > byteLength(secret) * 8) throw operationError(`The shared secret has ${byteLength(secret) * 8} bits`);
      return firstBits(secret, length);
    },
  };
}

const curveOf = ({ algorithm }: KeyState) => algorithm.namedCurve as string;
const rsaSigning = (sign: Spec, prefix: string) =>
  signing(
    "rsa",
    { sign, generateKey: rsaKey, importKey: { hash: "hash" } },
    (hash) => [`${prefix}${bits(hash)}`],
    () => "RSA",
    true,
  );
const esName: Readonly<Record<string, string>> = { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" };

export const algorithms: Readonly<Record<string, SecretAlgorithm | PairAlgorithm>> = {
  __proto__: null as never,
  "AES-CBC": aes("CBC", { iv: "bytes" }, (direction, { iv }, { material }, data) =>
    callNative("aes-cbc", { direction }, [material, block(iv, "The IV of AES-CBC"), data]).bytes(),
  ),
  "AES-CTR": aes("CTR", { counter: "bytes", length: "octet" }, (_, { counter, length }, { material }, data) => {
    if (length < 1 || length > 128) throw operationError("The counter of AES-CTR counts in 1 to 128 bits");
    const parts = [material, block(counter, "The counter of AES-CTR"), data];
    return callNative("aes-ctr", { counterBits: length }, parts).bytes();
  }),
  "AES-GCM": aes(
    "GCM",
    { iv: "bytes", additionalData: "bytes?", tagLength: "octet?" },
    (direction, { iv, additionalData = none, tagLength = 128 }, { material }, data) => {
      if (!tagBits.includes(tagLength)) throw operationError(`A tag of AES-GCM has one of ${tagBits.join(", ")} bits`);
      const named = { direction, tagBytes: tagLength / 8 };
      return callNative("aes-gcm", named, [material, iv, additionalData, data]).bytes();
    },
  ),
  "AES-KW": aes(
    "KW",
    {},
    (direction, _, { material }, data) => callNative("aes-kw", { direction }, [material, data]).bytes(),
    true,
  ),
  HMAC: {
    family: "hmac",
    takes: { sign: {}, verify: {}, importKey: hmacKey, generateKey: hmacKey, keyLength: hmacKey },
    use: "sig",
    usages: ["sign", "verify"],
    jwkName: (hash) => `HS${bits(hash)}`,
    sign: (_, { algorithm: { hash }, material }, data) => callNative("hmac", { hash }, [material, data]).bytes(),
    verify: (_, { algorithm: { hash }, material }, signature, data) =>
      callNative("equal", {}, [callNative("hmac", { hash }, [material, data]).bytes(), signature]).value as boolean,
  },
  HKDF: derivation({ hash: "hash", salt: "bytes", info: "bytes" }, ({ hash, salt, info }, { material }, bytes) =>
    callNative("hkdf", { hash, bytes }, [material, salt, info]).bytes(),
  ),
  PBKDF2: derivation(
    { hash: "hash", salt: "bytes", iterations: "long" },
    ({ hash, salt, iterations }, { material }, bytes) => {
      if (iterations === 0) throw operationError("PBKDF2 needs one iteration at least");
      return callNative("pbkdf2", { hash, iterations, bytes }, [material, salt]).bytes();
    },
  ),
  "RSASSA-PKCS1-v1_5": rsaSigning({}, "RS"),
  "RSA-PSS": rsaSigning({ saltLength: "long" }, "PS"),
  "RSA-OAEP": {
    family: "rsa",
    takes: {
      encrypt: { label: "bytes?" },
      decrypt: { label: "bytes?" },
      wrapKey: { label: "bytes?" },
      unwrapKey: { label: "bytes?" },
      generateKey: rsaKey,
      importKey: { hash: "hash" },
    },
    use: "enc",
    privateUsages: ["decrypt", "unwrapKey"],
    publicUsages: ["encrypt", "wrapKey"],
    jwkNames: (hash) => [hash === "SHA-1" ? "RSA-OAEP" : `RSA-OAEP-${bits(hash)}`],
    exportsAlg: true,
    cipher: (direction, { label = none }, { algorithm: { hash }, material }, data) =>
      callNative("rsa-oaep", { direction, hash }, [material, label, data]).bytes(),
  },
  ECDSA: signing(
    "ec",
    { sign: { hash: "hash" }, generateKey: { namedCurve: "text" }, importKey: { namedCurve: "text" } },
    (kind) => [esName[kind]!],
    curveOf,
    false,
  ),
  ECDH: agreeing("ec", { namedCurve: "text" }, curveOf),
  Ed25519: signing(
    "okp",
    { sign: {}, generateKey: {}, importKey: {} },
    () => ["Ed25519", "EdDSA"],
    () => "Ed25519",
    true,
  ),
  X25519: agreeing("okp", {}, () => "X25519"),
};
