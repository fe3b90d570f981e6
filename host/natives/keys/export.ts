/** Converts a key to the formats in which a guest does not keep it. */
import type { webcrypto } from "node:crypto";
import { Type } from "#typebox";
import type { JsonValue } from "../../store/store.ts";
import { closed } from "../closed.ts";
import { defineNative, Refusal } from "../native.ts";
import { facts, keyType, kind } from "./kinds.ts";
import { KEY_LIMIT_BYTES, loadKey } from "./load.ts";

export const keyExport = defineNative({
  name: "key-export",
  schema: Type.Object({ kind, type: keyType, format: Type.Enum(["raw", "jwk"]) }, closed),
  parts: 1,
  limitBytes: KEY_LIMIT_BYTES,
  failure: "OperationError",
  run({ kind: name, type, format }, [der]) {
    const jwk: webcrypto.JsonWebKey = loadKey(type, name, der!).export({ format: "jwk" });
    if (format === "jwk") return { value: jwk as Record<string, JsonValue> };
    const { kty } = facts[name];
    if (type === "private" || kty === "RSA") {
      throw new Refusal("NotSupportedError", "Only public keys of curves have a raw format");
    }
    const x = Buffer.from(jwk.x!, "base64url");
    return { body: kty === "OKP" ? x : Buffer.concat([Buffer.of(4), x, Buffer.from(jwk.y!, "base64url")]) };
  },
});
