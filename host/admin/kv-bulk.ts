/** Many keys of KV at once: each call is one transaction. */
import { Type } from "#typebox";
import { BULK_BODY_BYTES, BULK_KEYS } from "../bindings/kv/limits.ts";
import { checkKey, quote } from "../bindings/kv/names.ts";
import { newValue } from "../bindings/kv/new-value.ts";
import type { KvService } from "../bindings/kv/service.ts";
import { plinthError } from "../errors.ts";
import type { JsonValue } from "../store/store.ts";
import { type NamespaceOf, namespaceParams } from "./kv-paths.ts";
import { type AdminRoutes, closed } from "./routes.ts";

const pairsSchema = Type.Array(
  Type.Object(
    {
      key: Type.String(),
      value: Type.String(),
      base64: Type.Optional(Type.Boolean({ description: "whether the value is bytes in base64, and not text" })),
      expiration: Type.Optional(Type.Integer({ description: "seconds since 1970" })),
      expirationTtl: Type.Optional(Type.Integer({ description: "seconds from now" })),
      metadata: Type.Optional(Type.Unsafe<JsonValue>(Type.Unknown())),
    },
    closed,
  ),
  { minItems: 1, maxItems: BULK_KEYS },
);
const keysSchema = Type.Array(Type.String(), { minItems: 1, maxItems: BULK_KEYS });

export function kvBulkRoutes(kv: KvService, namespaceOf: NamespaceOf): AdminRoutes {
  return async (app) => {
    app.post(
      "/tenants/:name/kv/:namespace/bulk",
      {
        config: { access: "tenant", action: "kv.bulk.put" },
        bodyLimit: BULK_BODY_BYTES,
        schema: {
          operationId: "putKvBulk",
          summary: "Writes many keys, all or none of them.",
          params: namespaceParams,
          body: pairsSchema,
          response: {
            200: Type.Object({ revision: Type.Integer({ description: "revision of the last write" }) }, closed),
          },
        },
      },
      async ({ params, body }) => {
        const values = body.map(({ key, value, base64 = false, ...options }) =>
          newValue(key, base64 ? bytesOf(key, value) : Buffer.from(value), options),
        );
        return { revision: await kv.put(params.name, namespaceOf(params), values, null) };
      },
    );

    app.post(
      "/tenants/:name/kv/:namespace/bulk/delete",
      {
        config: { access: "tenant", action: "kv.bulk.delete" },
        bodyLimit: BULK_BODY_BYTES,
        schema: {
          operationId: "deleteKvBulk",
          summary: "Deletes many keys. A key without a value is no error.",
          params: namespaceParams,
          body: keysSchema,
          response: { 204: Type.Null() },
        },
      },
      async ({ params, body }, reply) => {
        for (const key of body) checkKey(key);
        await kv.delete(params.name, namespaceOf(params), body, null);
        return reply.code(204).send();
      },
    );
  };
}

function bytesOf(key: string, base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    throw plinthError("PLINTH_BAD_REQUEST", [`the value of ${quote(key)} is not base64`]);
  }
}
