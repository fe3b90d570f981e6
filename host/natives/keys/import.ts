/** Converts keys of all formats to the one that a guest keeps: PKCS#8, SPKI, or the bytes of a secret key. */
import { createPrivateKey, createPublicKey, ECDH, type KeyObject, type webcrypto } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "../closed.ts";
import { defineNative, type NativeResult, Refusal } from "../native.ts";
import { keyOfJwk, parseJwk, purpose, secretOfJwk } from "./jwk.ts";
import { facts, type KeyKind, kind } from "./kinds.ts";
import { checkKey, KEY_LIMIT_BYTES, loadKey } from "./load.ts";

export const keyImport = defineNative({
  name: "key-import",
  schema: Type.Object(
    { kind, format: Type.Enum(["pkcs8", "spki", "raw", "jwk"]), purpose: Type.Optional(purpose) },
    closed,
  ),
  parts: 1,
  limitBytes: KEY_LIMIT_BYTES,
  failure: "DataError",
  run({ kind: name, format, purpose: wanted }, [bytes]) {
    if (format === "pkcs8") return imported(name, withOwnPublic(name, loadKey("private", name, bytes!)));
    if (format === "spki") return imported(name, loadKey("public", name, bytes!));
    if (format === "raw") return imported(name, keyOfPoint(name, bytes!));
    if (wanted === undefined) throw new Refusal("DataError", "A JSON Web Key is imported for a purpose");
    return imported(name, keyOfJwk(parseJwk(bytes!), name, wanted));
  },
});

/** The bytes of a secret key in a JSON Web Key. */
export const secretImport = defineNative({
  name: "secret-import",
  schema: Type.Object({ purpose }, closed),
  parts: 1,
  limitBytes: 1 << 20,
  failure: "DataError",
  run: ({ purpose: wanted }, [json]) => ({ body: secretOfJwk(parseJwk(json!), wanted) }),
});

function imported(name: KeyKind, key: KeyObject): NativeResult {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const exponent = publicExponent.toString(16);
  return {
    value: {
      type: key.type,
      modulusBits: modulusLength,
      exponent: name === "RSA" ? exponent.padStart(exponent.length + (exponent.length % 2), "0") : "",
    },
    body:
      key.type === "private"
        ? key.export({ format: "der", type: "pkcs8" })
        : key.export({ format: "der", type: "spki" }),
  };
}

/** A public key from the bytes of its point or coordinate. */
function keyOfPoint(name: KeyKind, point: Uint8Array): KeyObject {
  const { kty, curve, fieldBytes = 0 } = facts[name];
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  if (kty === "RSA") throw new Refusal("NotSupportedError", "A key of RSA has no raw format");
  let key: webcrypto.JsonWebKey;
  if (kty === "OKP") {
    if (point.length !== 32)
      throw new Refusal("DataError", `A public key of ${name} has 32 bytes, not ${point.length}`);
    key = { kty, crv: name, x: base64(point) };
  } else {
    const whole = ECDH.convertKey(point, curve!, undefined, undefined, "uncompressed") as Buffer;
    const x = whole.subarray(1, 1 + fieldBytes);
    key = { kty, crv: name, x: base64(x), y: base64(whole.subarray(1 + fieldBytes)) };
  }
  return checkKey(name, createPublicKey({ key, format: "jwk" }));
}

/** Derives the public part anew, because OpenSSL believes the one in PKCS#8. Node checks the one in a JSON Web Key. */
function withOwnPublic(name: KeyKind, key: KeyObject): KeyObject {
  if (facts[name].kty !== "EC") return key;
  return createPrivateKey({ key: key.export({ format: "jwk" }), format: "jwk" });
}
