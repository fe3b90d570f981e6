import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "../closed.ts";
import { defineNative, Refusal } from "../native.ts";
import { facts, type KeyKind, kind } from "./kinds.ts";

/** The longest RSA key. The search for larger primes takes more than some 100 ms, and nothing can interrupt it. */
const GENERATED_BITS_LIMIT = 3072;
const LEAST_BITS = 512;

export const keyGenerate = defineNative({
  name: "key-generate",
  schema: Type.Object(
    { kind, modulusBits: Type.Optional(Type.Integer()), exponent: Type.Optional(Type.Integer()) },
    closed,
  ),
  parts: 1,
  limitBytes: 0,
  failure: "OperationError",
  run({ kind: name, modulusBits = 0, exponent = 0 }) {
    const { privateKey, publicKey } = name === "RSA" ? rsaPair(modulusBits, exponent) : pairOf(name);
    const secret = privateKey.export({ format: "der", type: "pkcs8" });
    const open = publicKey.export({ format: "der", type: "spki" });
    return { value: { privateBytes: secret.length }, body: Buffer.concat([secret, open]) };
  },
});

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function rsaPair(modulusBits: number, exponent: number): Pair {
  if (modulusBits < LEAST_BITS || modulusBits > GENERATED_BITS_LIMIT || modulusBits % 8 !== 0) {
    const range = `${LEAST_BITS} to ${GENERATED_BITS_LIMIT} bits`;
    throw new Refusal(
      "OperationError",
      `RSA keys of ${range} can be generated, not of ${modulusBits}; larger ones can be imported`,
    );
  }
  if (exponent !== 3 && exponent !== 65_537)
    throw new Refusal("OperationError", "The public exponent is not 3 or 65537");
  return generateKeyPairSync("rsa", { modulusLength: modulusBits, publicExponent: exponent });
}

function pairOf(name: Exclude<KeyKind, "RSA">): Pair {
  if (name === "Ed25519") return generateKeyPairSync("ed25519");
  if (name === "X25519") return generateKeyPairSync("x25519");
  return generateKeyPairSync("ec", { namedCurve: facts[name].curve! });
}
