import { constants, type KeyObject, sign as signBy, verify as verifyBy } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "../closed.ts";
import { type Hash, hash, nodeHash } from "../hashes.ts";
import { defineNative, READ_LIMIT_BYTES, Refusal } from "../native.ts";
import { facts, type KeyKind, kind } from "./kinds.ts";
import { loadKey } from "./load.ts";

const schema = Type.Object(
  {
    scheme: Type.Enum(["RSASSA-PKCS1-v1_5", "RSA-PSS", "ECDSA", "Ed25519"]),
    kind,
    /** The hash of the signature. Ed25519 has its own. */
    hash: Type.Optional(hash),
    /** The salt's length for RSA-PSS, bytes. */
    saltBytes: Type.Integer({ minimum: 0, maximum: 2048 }),
  },
  closed,
);
type Named = Type.Static<typeof schema>;

export const sign = defineNative({
  name: "sign",
  schema,
  parts: 2,
  limitBytes: READ_LIMIT_BYTES,
  failure: "OperationError",
  run(named, [der, data]) {
    return { body: signBy(hashOf(named), data!, withScheme(named, loadKey("private", named.kind, der!))) };
  },
});

export const verify = defineNative({
  name: "verify",
  schema,
  parts: 3,
  limitBytes: READ_LIMIT_BYTES,
  failure: "OperationError",
  run(named, [der, signature, data]) {
    const bytes = signatureBytes(named.kind);
    const key = withScheme(named, loadKey("public", named.kind, der!));
    return {
      value: (bytes ?? signature!.length) === signature!.length && verifyBy(hashOf(named), data!, key, signature!),
    };
  },
});

function hashOf({ scheme, hash: name }: Named): string | null {
  if (scheme === "Ed25519") return null;
  if (name === undefined) throw new Refusal("OperationError", `${scheme} needs a hash`);
  return nodeHash(name as Hash);
}

function withScheme({ scheme, kind: name, saltBytes }: Named, key: KeyObject) {
  const { kty } = facts[name];
  const fits = {
    "RSASSA-PKCS1-v1_5": kty === "RSA",
    "RSA-PSS": kty === "RSA",
    ECDSA: kty === "EC",
    Ed25519: name === scheme,
  };
  if (!fits[scheme]) throw new Refusal("OperationError", `A key of ${name} does not sign by ${scheme}`);
  if (scheme === "RSA-PSS") return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes };
  // Web Crypto has the two numbers side by side, while OpenSSL has them in DER.
  return scheme === "ECDSA" ? { key, dsaEncoding: "ieee-p1363" as const } : { key };
}

/** Undefined for RSA, whose signatures are as long as the key's modulus. */
function signatureBytes(name: KeyKind): number | undefined {
  if (name === "Ed25519") return 64;
  const { fieldBytes } = facts[name];
  return fieldBytes === undefined ? undefined : 2 * fieldBytes;
}
