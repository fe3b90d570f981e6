/** The description of the admin API by OpenAPI 3.1, made of the routes' own declarations and schemas. */

import swagger from "@fastify/swagger";
import type { FastifyContextConfig, FastifyInstance, FastifySchema } from "fastify";
import { Type } from "#typebox";
import manifest from "../../package.json" with { type: "json" };
import type { Access } from "./access.ts";
import { sharedSchemas } from "./schemas.ts";

const errorSchema = Type.Object(
  { error: Type.Object({ code: Type.String(), message: Type.String() }, { additionalProperties: true }) },
  { $id: "Error", description: "docs/reference/errors.md lists the codes" },
);

const callers: Record<Access, string> = {
  public: "Needs no token.",
  any: "Any valid token.",
  tenant: "A token of the tenant, or the operator's.",
  operator: "The operator's token.",
};

/** Call it before any route is added. */
export function describeApi(app: FastifyInstance): void {
  for (const schema of [...sharedSchemas, errorSchema]) app.addSchema(schema);
  app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Plinth admin API", version: manifest.version },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
    transform: ({ schema, url, route: { config } }) => ({ schema: described(schema, config ?? {}), url }),
  });
  app.register(async (routes) => {
    const options = {
      config: { access: "public" as const },
      schema: { operationId: "getDescription", summary: "This description.", response: { 200: Type.Object({}) } },
    };
    routes.get("/v1/openapi.json", options, async () => app.swagger());
  });
}

/** Adds the parts that all routes have in common: errors, tokens, and the form of uploads. */
function described(schema: FastifySchema, { access = "operator", upload, bytes }: FastifyContextConfig) {
  const type = upload ? "application/wasm" : bytes ? "application/octet-stream" : null;
  const body = type && { content: { [type]: { schema: { type: "string", format: "binary" } } } };
  return {
    ...schema,
    description: [schema.description, callers[access]].filter(Boolean).join(" "),
    security: access === "public" ? [] : [{ token: [] }],
    response: { ...(schema.response as object), default: { description: "An error.", $ref: "Error#" } },
    ...(body === null ? {} : { body }),
  };
}
