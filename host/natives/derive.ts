/** Key derivation from a secret: HKDF and PBKDF2. */
import { hkdfSync, pbkdf2Sync } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "./closed.ts";
import { hash, hashBytes, nodeHash } from "./hashes.ts";
import { defineNative, Refusal } from "./native.ts";

const INPUT_LIMIT_BYTES = 1 << 20;
/** The longest info. Node gives a longer one to OpenSSL only through its asynchronous interface. */
const INFO_LIMIT_BYTES = 1024;
/** The most rounds of a hash in one call, over all blocks of the output: 350 ms of SHA-512 at worst. */
const ROUND_LIMIT = 1_000_000;

export const hkdf = defineNative({
  name: "hkdf",
  schema: Type.Object({ hash, bytes: Type.Integer({ minimum: 1, maximum: 255 * 64 }) }, closed),
  parts: 3,
  limitBytes: INPUT_LIMIT_BYTES,
  failure: "OperationError",
  run({ hash: name, bytes }, [key, salt, info]) {
    if (info!.length > INFO_LIMIT_BYTES) {
      throw new Refusal("OperationError", `HKDF's info has ${info!.length} bytes; ${INFO_LIMIT_BYTES} are taken`);
    }
    return { body: new Uint8Array(hkdfSync(nodeHash(name), key!, salt!, info!, bytes)) };
  },
});

export const pbkdf2 = defineNative({
  name: "pbkdf2",
  schema: Type.Object(
    {
      hash,
      iterations: Type.Integer({ minimum: 1, maximum: 2 ** 32 - 1 }),
      bytes: Type.Integer({ minimum: 1, maximum: ROUND_LIMIT * 64 }),
    },
    closed,
  ),
  parts: 2,
  limitBytes: INPUT_LIMIT_BYTES,
  failure: "OperationError",
  run({ hash: name, iterations, bytes }, [password, salt]) {
    const rounds = iterations * Math.ceil(bytes / hashBytes[name]);
    if (rounds > ROUND_LIMIT) {
      throw new Refusal(
        "OperationError",
        `PBKDF2 would take ${rounds} rounds of ${name}: iterations times blocks of output. A call takes ${ROUND_LIMIT}`,
      );
    }
    return { body: pbkdf2Sync(password!, salt!, iterations, bytes, nodeHash(name)) };
  },
});
