/** `crypto.subtle`. Each method works at once, and gives a promise of its result. */
import { algorithms, type Operation, type PairAlgorithm, type SecretAlgorithm } from "./crypto-algorithms.ts";
import { byteLength, bytesFrom } from "./crypto-bytes.ts";
import { digestOf } from "./crypto-digest.ts";
import { invalidAccess, notSupported } from "./crypto-errors.ts";
import { type CryptoKey, type KeyState, stateOf } from "./crypto-key.ts";
import { exportPair, generatePair, importPair } from "./crypto-key-pairs.ts";
import { integer, nameOf, type Parameters, readParameters } from "./crypto-parameters.ts";
import { exportSecret, generateSecret, importSecret, secretBits } from "./crypto-secret-keys.ts";
import { usagesFrom } from "./crypto-usages.ts";
import { Promise_, tagged, toJson, toUpperCase } from "./intrinsics.ts";
import { callNative } from "./native-calls.ts";
import { phase } from "./phase.ts";
import { encodeUtf8 } from "./text.ts";

type Entry = SecretAlgorithm | PairAlgorithm;
type Usage = "encrypt" | "decrypt" | "sign" | "verify" | "deriveBits" | "deriveKey" | "wrapKey" | "unwrapKey";

const names = Object.keys(algorithms);
const formats = ["raw", "pkcs8", "spki", "jwk"];
const jwkMembers = "kty,use,key_ops,alg,ext,crv,x,y,d,n,e,p,q,dp,dq,qi,oth,k".split(",");
const made = Symbol();

export class SubtleCrypto {
  constructor(mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
  }

  digest(algorithm: unknown, data: unknown): Promise<unknown> {
    return promised(() => digestOf(nameOf(algorithm), bytesFrom(data, "The data")));
  }

  encrypt(algorithm: unknown, key: unknown, data: unknown): Promise<unknown> {
    return promised(() => cipher("encrypt", algorithm, key, bytesFrom(data, "The data")));
  }

  decrypt(algorithm: unknown, key: unknown, data: unknown): Promise<unknown> {
    return promised(() => cipher("decrypt", algorithm, key, bytesFrom(data, "The data")));
  }

  sign(algorithm: unknown, key: unknown, data: unknown): Promise<unknown> {
    return promised(() => {
      const bytes = bytesFrom(data, "The data");
      const { entry, parameters, state } = prepare("sign", "sign", algorithm, key);
      return entry.sign!(parameters, state, bytes);
    });
  }

  verify(algorithm: unknown, key: unknown, signature: unknown, data: unknown): Promise<unknown> {
    return promised(() => {
      const bytes = [bytesFrom(signature, "The signature"), bytesFrom(data, "The data")] as const;
      const { entry, parameters, state } = prepare("verify", "verify", algorithm, key);
      return entry.verify!(parameters, state, ...bytes);
    });
  }

  deriveBits(algorithm: unknown, key: unknown, length: unknown = null): Promise<unknown> {
    return promised(() => {
      const bits = length === null ? null : integer(length, 0xffffffff, "length");
      const { entry, parameters, state } = prepare("deriveBits", "deriveBits", algorithm, key);
      return entry.derive!(parameters, state, bits);
    });
  }

  deriveKey(
    algorithm: unknown,
    key: unknown,
    derived: unknown,
    extractable: unknown,
    usages: unknown,
  ): Promise<unknown> {
    return promised(() => {
      const wanted = usagesFrom(usages);
      const to = normalize("importKey", derived);
      const length = normalize("keyLength", derived);
      const { entry, parameters, state } = prepare("deriveBits", "deriveKey", algorithm, key);
      const bits = secretBits(length.entry as SecretAlgorithm, length.parameters);
      return importAs(to, "raw", entry.derive!(parameters, state, bits), Boolean(extractable), wanted);
    });
  }

  generateKey(algorithm: unknown, extractable: unknown, usages: unknown): Promise<unknown> {
    return promised(() => {
      const wanted = usagesFrom(usages);
      const { entry, parameters } = normalize("generateKey", algorithm);
      if (!phase.serving) {
        throw new Error(
          "crypto.subtle.generateKey cannot be called while the module loads: every request would have the same key. " +
            "Call it in the handler",
        );
      }
      return isPair(entry)
        ? generatePair(entry, parameters, Boolean(extractable), wanted)
        : generateSecret(entry, parameters, Boolean(extractable), wanted);
    });
  }

  importKey(
    format: unknown,
    data: unknown,
    algorithm: unknown,
    extractable: unknown,
    usages: unknown,
  ): Promise<unknown> {
    return promised(() => {
      const name = formatOf(format);
      const bytes = name === "jwk" ? jsonOf(data) : bytesFrom(data, "The key");
      const wanted = usagesFrom(usages);
      return importAs(normalize("importKey", algorithm), name, bytes, Boolean(extractable), wanted);
    });
  }

  exportKey(format: unknown, key: unknown): Promise<unknown> {
    return promised(() => exportAs(formatOf(format), stateOf(key)));
  }

  wrapKey(format: unknown, key: unknown, wrapping: unknown, algorithm: unknown): Promise<unknown> {
    return promised(() => {
      const name = formatOf(format);
      const state = stateOf(key);
      prepare("wrapKey", "wrapKey", algorithm, wrapping);
      const exported = exportAs(name, state);
      const bytes = name === "jwk" ? encodeUtf8(toJson(exported)) : (exported as ArrayBuffer);
      return cipher("wrapKey", algorithm, wrapping, bytes);
    });
  }

  unwrapKey(
    format: unknown,
    wrapped: unknown,
    unwrapping: unknown,
    algorithm: unknown,
    keyAlgorithm: unknown,
    extractable: unknown,
    usages: unknown,
  ): Promise<unknown> {
    return promised(() => {
      const name = formatOf(format);
      const data = bytesFrom(wrapped, "The wrapped key");
      const wanted = usagesFrom(usages);
      const to = normalize("importKey", keyAlgorithm);
      const bytes = cipher("unwrapKey", algorithm, unwrapping, data);
      return importAs(to, name, bytes, Boolean(extractable), wanted);
    });
  }

  /** Compares in a time that does not depend on the place where the two differ. Workers have this method, too. */
  timingSafeEqual(a: unknown, b: unknown): boolean {
    const [one, other] = [bytesFrom(a, "The first argument"), bytesFrom(b, "The second argument")];
    if (byteLength(one) !== byteLength(other)) throw new TypeError("The two byte strings are not of the same length");
    return callNative("equal", {}, [one, other]).value as boolean;
  }
}
tagged(SubtleCrypto, "SubtleCrypto");

export const subtle = new SubtleCrypto(made);

/**
 * A promise of a result that is there. No key's bytes are awaited, because `then` of a patched prototype would see
 * them.
 */
function promised<T>(find: () => T): Promise<T> {
  return new Promise_((resolve) => resolve(find()));
}

function entryOf(algorithm: unknown): { name: string; entry: Entry | undefined; given: string } {
  const given = nameOf(algorithm);
  const upper = toUpperCase(given);
  const name = names.find((known) => toUpperCase(known) === upper) ?? "";
  return { name, entry: algorithms[name], given };
}

/** @throws NotSupportedError if the algorithm does not have the operation */
function normalize(operation: Operation, algorithm: unknown): { entry: Entry; parameters: Parameters } {
  const { name, entry, given } = entryOf(algorithm);
  const spec = entry?.takes[operation];
  if (entry === undefined || spec === undefined) {
    throw notSupported(entry === undefined ? `The algorithm ${given} is not supported` : `${name} has no ${operation}`);
  }
  return { entry, parameters: readParameters(name, algorithm, spec) };
}

/** Reads the parameters, and checks that the key may be used for the operation. @throws InvalidAccessError */
function prepare(operation: Operation, usage: Usage, algorithm: unknown, key: unknown) {
  const state = stateOf(key);
  const { entry, parameters } = normalize(operation, algorithm);
  if (state.algorithm.name !== parameters.name) {
    throw invalidAccess(`The key is one of ${state.algorithm.name}, not of ${parameters.name}`);
  }
  if (!state.usages.includes(usage)) throw invalidAccess(`The key is not for ${usage}`);
  return { entry, parameters, state };
}

type CipherUsage = "encrypt" | "decrypt" | "wrapKey" | "unwrapKey";

function cipher(usage: CipherUsage, algorithm: unknown, key: unknown, data: ArrayBuffer): ArrayBuffer {
  const { entry, parameters, state } = prepare(usage, usage, algorithm, key);
  const direction = usage === "encrypt" || usage === "wrapKey" ? "encrypt" : "decrypt";
  return entry.cipher!(direction, parameters, state, data);
}

function importAs(
  { entry, parameters }: ReturnType<typeof normalize>,
  format: string,
  data: ArrayBuffer,
  extractable: boolean,
  usages: string[],
): CryptoKey {
  return isPair(entry)
    ? importPair(entry, format, data, parameters, extractable, usages)
    : importSecret(entry, format, data, parameters, extractable, usages);
}

function exportAs(format: string, state: KeyState): ArrayBuffer | object {
  const entry = algorithms[state.algorithm.name]!;
  if (!isPair(entry) && entry.family === "derivation") return exportSecret(entry, format, state);
  if (!state.extractable) throw invalidAccess("The key is not extractable");
  return isPair(entry) ? exportPair(entry, format, state) : exportSecret(entry, format, state);
}

function isPair(entry: Entry): entry is PairAlgorithm {
  return "privateUsages" in entry;
}

function formatOf(format: unknown): string {
  const name = `${format}`;
  if (!formats.includes(name)) throw new TypeError(`${name} is no format of a key: use ${formats.join(", ")}`);
  return name;
}

function jsonOf(jwk: unknown): ArrayBuffer {
  if (typeof jwk !== "object" || jwk === null || jwk instanceof ArrayBuffer || ArrayBuffer.isView(jwk)) {
    throw new TypeError("A key of the format jwk is an object");
  }
  return encodeUtf8(toJson(jwk, jwkMembers));
}
