import { constants, diffieHellman, privateDecrypt, publicEncrypt } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "../closed.ts";
import { type Hash, hash, nodeHash } from "../hashes.ts";
import { defineNative, Refusal } from "../native.ts";
import { type KeyKind, kind } from "./kinds.ts";
import { KEY_LIMIT_BYTES, loadKey } from "./load.ts";

const curves: readonly KeyKind[] = ["P-256", "P-384", "P-521", "X25519"];

export const rsaOaep = defineNative({
  name: "rsa-oaep",
  schema: Type.Object({ direction: Type.Enum(["encrypt", "decrypt"]), hash }, closed),
  parts: 3,
  limitBytes: 1 << 20,
  failure: "OperationError",
  run({ direction, hash: name }, [der, label, data]) {
    const parameters = {
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: nodeHash(name as Hash),
      oaepLabel: label!,
    };
    return direction === "encrypt"
      ? { body: publicEncrypt({ key: loadKey("public", "RSA", der!), ...parameters }, data!) }
      : { body: privateDecrypt({ key: loadKey("private", "RSA", der!), ...parameters }, data!) };
  },
});

/** ECDH and X25519: the secret that two keys share. */
export const sharedSecret = defineNative({
  name: "shared-secret",
  schema: Type.Object({ kind }, closed),
  parts: 2,
  limitBytes: 2 * KEY_LIMIT_BYTES,
  failure: "OperationError",
  run({ kind: name }, [own, other]) {
    if (!curves.includes(name)) throw new Refusal("OperationError", `Keys of ${name} share no secret`);
    const privateKey = loadKey("private", name, own!);
    return { body: diffieHellman({ privateKey, publicKey: loadKey("public", name, other!) }) };
  },
});
