import { hash as digestOf, getHashes, timingSafeEqual } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "./closed.ts";
import { type Hash, hash, nodeHash } from "./hashes.ts";
import { defineNative, READ_LIMIT_BYTES, Refusal } from "./native.ts";

/** False on a host whose OpenSSL is restricted to FIPS. */
const hasMd5 = getHashes().includes("md5");

export const digest = defineNative({
  name: "digest",
  schema: Type.Object({ hash: Type.Union([hash, Type.Literal("MD5")]) }, closed),
  parts: 1,
  limitBytes: READ_LIMIT_BYTES,
  failure: "OperationError",
  run({ hash: name }, [data]) {
    if (name === "MD5" && !hasMd5) throw new Refusal("NotSupportedError", "This host has no MD5");
    return { body: digestOf(name === "MD5" ? "md5" : nodeHash(name as Hash), data!, "buffer") };
  },
});

/** Compares two byte strings. The time does not depend on the place where they differ. */
export const equal = defineNative({
  name: "equal",
  schema: Type.Object({}, closed),
  parts: 2,
  limitBytes: READ_LIMIT_BYTES,
  failure: "OperationError",
  run: (_, [a, b]) => ({ value: a!.length === b!.length && timingSafeEqual(a!, b!) }),
});
