/** The kinds of keys that natives know, and how the head of their DER names them. */
import { Type } from "#typebox";
import { Refusal } from "../native.ts";

export type KeyKind = "RSA" | "P-256" | "P-384" | "P-521" | "Ed25519" | "X25519";
export type KeyType = "private" | "public";

interface Facts {
  /** The DER of the kind's AlgorithmIdentifier. */
  readonly identifier: Buffer;
  readonly kty: "RSA" | "EC" | "OKP";
  /** OpenSSL's name of an elliptic curve. */
  readonly curve?: string;
  /** Bytes of a coordinate, and of half a signature. */
  readonly fieldBytes?: number;
}

const der = (text: string) => Buffer.from(text, "hex");

export const facts: Readonly<Record<KeyKind, Facts>> = {
  RSA: { identifier: der("300d06092a864886f70d0101010500"), kty: "RSA" },
  "P-256": {
    identifier: der("301306072a8648ce3d020106082a8648ce3d030107"),
    kty: "EC",
    curve: "prime256v1",
    fieldBytes: 32,
  },
  "P-384": { identifier: der("301006072a8648ce3d020106052b81040022"), kty: "EC", curve: "secp384r1", fieldBytes: 48 },
  "P-521": { identifier: der("301006072a8648ce3d020106052b81040023"), kty: "EC", curve: "secp521r1", fieldBytes: 66 },
  Ed25519: { identifier: der("300506032b6570"), kty: "OKP" },
  X25519: { identifier: der("300506032b656e"), kty: "OKP" },
};

export const kind = Type.Enum(Object.keys(facts) as KeyKind[]);
export const keyType = Type.Enum(["private", "public"]);

/**
 * Compares the head of a key's DER with what it must be, before OpenSSL parses it. OpenSSL knows dozens of kinds, some of
 * which take seconds to use, and curves whose parameters stand in the key.
 */
export function checkHead(bytes: Uint8Array, type: KeyType, keyKind: KeyKind): void {
  const { identifier } = facts[keyKind];
  let at = 2;
  if (bytes[0] !== 0x30) throw notOf(keyKind);
  if (bytes[1]! >= 0x80) at += bytes[1]! & 0x7f;
  // PKCS#8 begins with its version: INTEGER 0, or 1 if a public key follows.
  if (type === "private") at += 3;
  if (identifier.compare(bytes.subarray(at, at + identifier.length)) !== 0) throw notOf(keyKind);
}

function notOf(keyKind: KeyKind): Refusal {
  return new Refusal("DataError", `The key is not one of ${keyKind} in DER`);
}
