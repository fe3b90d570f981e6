/** JSON Web Keys (RFC 7517, 7518, 8037), with the checks that Web Crypto asks for. */
import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "../closed.ts";
import { Refusal } from "../native.ts";
import { facts, type KeyKind } from "./kinds.ts";
import { checkKey } from "./load.ts";

/** The purpose of an imported key. */
export const purpose = Type.Object(
  {
    use: Type.Enum(["sig", "enc"]),
    /**
     * The values that `alg` may have, if it is there. An empty list allows any. `*` stands for the bits of a secret
     * key.
     */
    algs: Type.Array(Type.String(), { maxItems: 4 }),
    usages: Type.Array(Type.String(), { maxItems: 8 }),
    extractable: Type.Boolean(),
  },
  closed,
);
export type Purpose = Type.Static<typeof purpose>;

type Jwk = Readonly<Record<string, unknown>>;

const publicMembers = { RSA: ["n", "e"], EC: ["crv", "x", "y"], OKP: ["crv", "x"] } as const;
const privateMembers = { RSA: ["d", "p", "q", "dp", "dq", "qi"], EC: ["d"], OKP: ["d"] } as const;

/** @throws Refusal DataError */
export function parseJwk(json: Uint8Array): Jwk {
  let jwk: unknown;
  try {
    jwk = JSON.parse(Buffer.from(json).toString());
  } catch {
    throw wrong("is not JSON");
  }
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) throw wrong("is not an object");
  return jwk as Jwk;
}

/** @throws Refusal DataError, NotSupportedError */
export function keyOfJwk(jwk: Jwk, kind: KeyKind, wanted: Purpose): KeyObject {
  const { kty } = facts[kind];
  checkMembers(jwk, kty, wanted);
  if (kty !== "RSA" && jwk.crv !== kind) throw wrong(`has another "crv" than ${kind}`);
  if (jwk.oth !== undefined) throw new Refusal("NotSupportedError", "Keys of more than two primes are not supported");
  const isPrivate = jwk.d !== undefined;
  const names = [...publicMembers[kty], ...(isPrivate ? privateMembers[kty] : [])];
  const key: Record<string, unknown> = { kty };
  for (const name of names) {
    if (typeof jwk[name] !== "string") throw wrong(`has no "${name}"`);
    key[name] = jwk[name];
  }
  const input = { key: key as webcrypto.JsonWebKey, format: "jwk" } as const;
  return checkKey(kind, isPrivate ? createPrivateKey(input) : createPublicKey(input));
}

/** The bytes of a secret key. @throws Refusal DataError */
export function secretOfJwk(jwk: Jwk, wanted: Purpose): Buffer {
  const { k } = jwk;
  if (typeof k !== "string" || !/^[A-Za-z0-9_-]*$/.test(k) || k.length % 4 === 1)
    throw wrong('has no "k" in base64url');
  const bytes = Buffer.from(k, "base64url");
  const algs = wanted.algs.map((alg) => alg.replace("*", String(bytes.length * 8)));
  checkMembers(jwk, "oct", { ...wanted, algs });
  return bytes;
}

function checkMembers(jwk: Jwk, kty: string, { use, algs, usages, extractable }: Purpose): void {
  if (jwk.kty !== kty) throw wrong(`has another "kty" than ${kty}`);
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) throw wrong(`has another "use" than ${use}`);
  if (jwk.ext === false && extractable) throw wrong("is not extractable");
  if (jwk.alg !== undefined && algs.length > 0 && !algs.includes(jwk.alg as string)) {
    throw wrong(`has another "alg" than ${algs.join(" or ")}`);
  }
  const { key_ops: operations } = jwk;
  if (operations === undefined) return;
  if (!Array.isArray(operations) || new Set(operations).size < operations.length)
    throw wrong('has no proper "key_ops"');
  const missing = usages.find((usage) => !operations.includes(usage));
  if (missing !== undefined) throw wrong(`does not have ${missing} among its "key_ops"`);
}

function wrong(what: string): Refusal {
  return new Refusal("DataError", `The JSON Web Key ${what}`);
}
