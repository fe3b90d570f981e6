/** A single value of KV. Its bytes are the body, and headers carry the rest. */
import type { FastifyReply } from "fastify";
import { Type } from "#typebox";
import { VALUE_BYTES } from "../bindings/kv/limits.ts";
import { checkKey, quote } from "../bindings/kv/names.ts";
import { newValue } from "../bindings/kv/new-value.ts";
import type { KvService } from "../bindings/kv/service.ts";
import { plinthError } from "../errors.ts";
import type { JsonValue } from "../store/store.ts";
import { type NamespaceOf, namespaceParams } from "./kv-paths.ts";
import { type AdminRoutes, closed } from "./routes.ts";

const valueParams = Type.Object({
  ...namespaceParams.properties,
  key: Type.String({ description: "percent-encoded" }),
});

const conditions = {
  "if-match": Type.Optional(
    Type.String({
      pattern: '^"[1-9][0-9]{0,14}"$',
      description: 'only if the key is at this revision, as in ETag: "17"',
    }),
  ),
  "if-none-match": Type.Optional(Type.String({ pattern: "^[*]$", description: "*: only if the key has no value" })),
};
const conditionHeaders = Type.Object(conditions);
const seconds = Type.String({ pattern: "^[0-9]{1,15}$" });
const putHeaders = Type.Object({
  ...conditions,
  "plinth-kv-metadata": Type.Optional(Type.String({ description: "JSON in ASCII" })),
  "plinth-kv-expiration": Type.Optional({ ...seconds, description: "seconds since 1970" }),
  "plinth-kv-expiration-ttl": Type.Optional({ ...seconds, description: "seconds from now" }),
});

export function kvValueRoutes(kv: KvService, namespaceOf: NamespaceOf): AdminRoutes {
  return async (app) => {
    // A value is bytes, whatever its content type.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) => body);

    app.get(
      "/tenants/:name/kv/:namespace/values/:key",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "getKvValue",
          summary:
            "A value. ETag is its revision; Plinth-KV-Metadata and Plinth-KV-Expiration are there if it has them.",
          params: valueParams,
          response: { 200: { content: { "application/octet-stream": { schema: Type.Unsafe<Buffer>({}) } } } },
        },
      },
      async ({ params }, reply) => {
        checkKey(params.key);
        const namespace = namespaceOf(params);
        const found = kv.reader.get(namespace, params.key);
        if (found === null) throw plinthError("PLINTH_KV_KEY_NOT_FOUND", [quote(params.key), namespace]);
        if (found.metadata !== null) reply.header("plinth-kv-metadata", asciiJson(found.metadata));
        if (found.expiration !== null) reply.header("plinth-kv-expiration", found.expiration);
        return etag(reply, found.revision).type("application/octet-stream").send(Buffer.from(found.value));
      },
    );

    app.put(
      "/tenants/:name/kv/:namespace/values/:key",
      {
        config: { access: "tenant", action: "kv.put", bytes: true },
        bodyLimit: VALUE_BYTES,
        schema: {
          operationId: "putKvValue",
          summary: "Writes a value. The body is its bytes, whatever its type.",
          params: valueParams,
          headers: putHeaders,
          response: { 200: Type.Object({ revision: Type.Integer() }, closed) },
        },
        // This comes before the body: a caller learns that the namespace is missing without sending 25 MiB.
        onRequest: async ({ params }) => void kv.reader.namespace(namespaceOf(params)),
      },
      async ({ params, headers, body }, reply) => {
        const value = newValue(params.key, Buffer.isBuffer(body) ? body : new Uint8Array(), {
          metadata: metadataOf(headers["plinth-kv-metadata"]),
          expiration: numberOf(headers["plinth-kv-expiration"]),
          expirationTtl: numberOf(headers["plinth-kv-expiration-ttl"]),
        });
        const revision = await kv.put(params.name, namespaceOf(params), [value], conditionOf(headers));
        return etag(reply, revision).send({ revision });
      },
    );

    app.delete(
      "/tenants/:name/kv/:namespace/values/:key",
      {
        config: { access: "tenant", action: "kv.delete" },
        schema: {
          operationId: "deleteKvValue",
          summary: "Deletes a key. A key without a value is no error.",
          params: valueParams,
          headers: conditionHeaders,
          response: { 204: Type.Null() },
        },
      },
      async ({ params, headers }, reply) => {
        checkKey(params.key);
        await kv.delete(params.name, namespaceOf(params), [params.key], conditionOf(headers));
        return reply.code(204).send();
      },
    );
  };
}

function etag(reply: FastifyReply, revision: number): FastifyReply {
  return reply.header("etag", `"${revision}"`);
}

/** @returns the revision that the key must have; 0 for no value, null for any */
function conditionOf(headers: Type.Static<typeof conditionHeaders>): number | null {
  if (headers["if-none-match"] !== undefined) return 0;
  const revision = headers["if-match"];
  return revision === undefined ? null : Number(revision.slice(1, -1));
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function metadataOf(json: string | undefined): JsonValue | undefined {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    throw plinthError("PLINTH_BAD_REQUEST", ["the header plinth-kv-metadata is not JSON"]);
  }
}

/** Header fields are ASCII, but metadata may have any text. */
function asciiJson(value: JsonValue): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped);
}
