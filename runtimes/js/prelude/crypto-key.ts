/** `CryptoKey`. The bytes of a key stand in a private field, which this file alone can read. */
import { defineProperty, tagged } from "./intrinsics.ts";

export type KeyType = "secret" | "private" | "public";
export type Algorithm = Readonly<Record<string, unknown>> & { readonly name: string };

export interface KeyState {
  readonly type: KeyType;
  readonly extractable: boolean;
  readonly algorithm: Algorithm;
  readonly usages: readonly string[];
  /** The bytes of a secret key, the PKCS#8 of a private one, or the SPKI of a public one. */
  readonly material: ArrayBuffer;
}

let read: (key: CryptoKey) => KeyState;
let holds: (value: unknown) => boolean;
const made = Symbol();

export class CryptoKey {
  readonly #state: KeyState;
  /** The objects that a program sees. The program may change them, and the key stays the same. */
  #algorithm: object | undefined;
  #usages: string[] | undefined;

  static {
    read = (key) => key.#state;
    holds = (value) => typeof value === "object" && value !== null && #state in value;
  }

  constructor(state: KeyState, mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
    this.#state = state;
  }
  get type(): KeyType {
    return this.#state.type;
  }
  get extractable(): boolean {
    return this.#state.extractable;
  }
  get algorithm(): object {
    this.#algorithm ??= shown(this.#state.algorithm);
    return this.#algorithm;
  }
  get usages(): string[] {
    this.#usages ??= [...this.#state.usages];
    return this.#usages;
  }
}
tagged(CryptoKey, "CryptoKey");
for (const name of ["type", "extractable", "algorithm", "usages"]) {
  defineProperty(CryptoKey.prototype, name, { enumerable: true });
}

function shown(algorithm: Algorithm): object {
  const copy: Record<string, unknown> = { ...algorithm };
  if (typeof copy.hash === "string") copy.hash = { name: copy.hash };
  if (copy.publicExponent instanceof Uint8Array) copy.publicExponent = new Uint8Array(copy.publicExponent);
  return copy;
}

export const newKey = (state: KeyState): CryptoKey => new CryptoKey(state, made);

/** @throws TypeError if the value is no key */
export function stateOf(key: unknown): KeyState {
  if (!holds(key)) throw new TypeError("The argument is not a CryptoKey");
  return read(key as CryptoKey);
}
