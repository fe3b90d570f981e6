/** Makes the key that node:crypto works with from the bytes that a guest keeps. Each call loads its keys anew. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { Refusal } from "../native.ts";
import { checkHead, facts, type KeyKind, type KeyType } from "./kinds.ts";

export const KEY_LIMIT_BYTES = 16 << 10;
/** The longest modulus. A signature by such a key takes 30 to 60 ms. */
const MODULUS_LIMIT_BITS = 8192;

/** @param der PKCS#8 or SPKI. @throws Refusal DataError, or an error of node:crypto */
export function loadKey(type: KeyType, kind: KeyKind, der: Uint8Array): KeyObject {
  if (der.length > KEY_LIMIT_BYTES) throw new Refusal("DataError", `A key has ${KEY_LIMIT_BYTES} bytes at most`);
  checkHead(der, type, kind);
  const key = Buffer.from(der.buffer, der.byteOffset, der.byteLength);
  return checkKey(
    kind,
    type === "private"
      ? createPrivateKey({ key, format: "der", type: "pkcs8" })
      : createPublicKey({ key, format: "der", type: "spki" }),
  );
}

/** @returns the key. @throws Refusal if it is of another kind, or so large that its use would take long */
export function checkKey(kind: KeyKind, key: KeyObject): KeyObject {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  const { kty, curve } = facts[kind];
  const expected = kty === "OKP" ? kind.toLowerCase() : kty.toLowerCase();
  if (key.asymmetricKeyType !== expected || namedCurve !== curve) {
    throw new Refusal("DataError", `The key is not one of ${kind}`);
  }
  if (modulusLength > MODULUS_LIMIT_BITS) {
    throw new Refusal(
      "NotSupportedError",
      `A key of ${modulusLength} bits is over the ${MODULUS_LIMIT_BITS} of this host`,
    );
  }
  return key;
}
