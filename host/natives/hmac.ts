import { createHmac } from "node:crypto";
import { Type } from "#typebox";
import { closed } from "./closed.ts";
import { hash, nodeHash } from "./hashes.ts";
import { defineNative, READ_LIMIT_BYTES } from "./native.ts";

export const hmac = defineNative({
  name: "hmac",
  schema: Type.Object({ hash }, closed),
  parts: 2,
  limitBytes: READ_LIMIT_BYTES,
  failure: "OperationError",
  run: ({ hash: name }, [key, data]) => ({ body: createHmac(nodeHash(name), key!).update(data!).digest() }),
});
