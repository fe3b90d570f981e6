/** KV by the admin API: namespaces, grants, keys and values. */
import { Type } from "#typebox";
import type { KvNamespace } from "../bindings/kv/reader.ts";
import type { KvService } from "../bindings/kv/service.ts";
import { plinthError } from "../errors.ts";
import { parseTenantName } from "../store/names.ts";
import type { Store } from "../store/store.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { kvBulkRoutes } from "./kv-bulk.ts";
import { type NamespaceOf, namespaceParams, namespacesOf } from "./kv-paths.ts";
import { kvValueRoutes } from "./kv-values.ts";
import { type AdminRoutes, closed, nullable, tenantParams, timeSchema } from "./routes.ts";

const grantParams = Type.Object({
  ...namespaceParams.properties,
  tenant: Type.String({ description: "the tenant that gets the grant" }),
});

const keysQuery = Type.Object(
  {
    prefix: Type.Optional(Type.String()),
    cursor: Type.Optional(Type.String()),
    limit: Type.Optional(Type.String({ pattern: "^([1-9][0-9]{0,2}|1000)$" })),
  },
  closed,
);

const namespaceSchema = Type.Object(
  {
    name: Type.String(),
    createdAt: timeSchema,
    keys: Type.Integer(),
    bytes: Type.Integer({ description: "keys, values, metadata, and 64 for each key" }),
    grants: Type.Array(Type.Object({ tenant: Type.String(), write: Type.Boolean() }, closed)),
  },
  closed,
);
const namespacesSchema = Type.Object(
  {
    namespaces: Type.Array(namespaceSchema),
    granted: Type.Array(Type.Object({ namespace: Type.String(), write: Type.Boolean() }, closed), {
      description: "namespaces of other tenants that this one may use, as OWNER/NAME",
    }),
  },
  closed,
);
const keysSchema = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          key: Type.String(),
          size: Type.Integer({ description: "bytes of the value" }),
          revision: Type.Integer(),
          expiration: nullable(Type.Integer({ description: "seconds since 1970" })),
          metadata: Type.Unknown(),
        },
        closed,
      ),
    ),
    cursor: nullable(Type.String({ description: "give it to read on; null at the end" })),
  },
  closed,
);

export function kvRoutes({ store, kv }: AdminDependencies): AdminRoutes {
  return async (app) => {
    if (kv === undefined) return;
    const namespaceOf = namespacesOf(store);
    app.register(namespaceRoutes(kv, store, namespaceOf));
    app.register(grantRoutes(kv, store, namespaceOf));
    app.register(kvValueRoutes(kv, namespaceOf));
    app.register(kvBulkRoutes(kv, namespaceOf));
  };
}

function view({ name, ...rest }: KvNamespace) {
  return { name: name.slice(name.indexOf("/") + 1), ...rest };
}

function namespaceRoutes(kv: KvService, store: Store, namespaceOf: NamespaceOf): AdminRoutes {
  return async (app) => {
    app.get(
      "/tenants/:name/kv",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "listKvNamespaces",
          summary: "The tenant's KV namespaces with their usage and grants, and those granted to it.",
          params: tenantParams,
          response: { 200: namespacesSchema },
        },
      },
      async ({ params }) => {
        const { name } = store.getTenant(parseTenantName(params.name));
        return { namespaces: kv.reader.namespacesOf(name).map(view), granted: kv.reader.grantedTo(name) };
      },
    );

    app.get(
      "/tenants/:name/kv/:namespace",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "getKvNamespace",
          summary: "One namespace.",
          params: namespaceParams,
          response: { 200: namespaceSchema },
        },
      },
      async ({ params }) => view(kv.reader.namespace(namespaceOf(params))),
    );

    app.put(
      "/tenants/:name/kv/:namespace",
      {
        config: { access: "tenant", action: "kv.namespace.create" },
        schema: {
          operationId: "createKvNamespace",
          summary: "Makes a namespace if it does not exist yet.",
          params: namespaceParams,
          response: { 200: namespaceSchema },
        },
      },
      async ({ params }) => {
        const namespace = namespaceOf(params);
        await kv.createNamespace(namespace);
        return view(kv.reader.namespace(namespace));
      },
    );

    app.delete(
      "/tenants/:name/kv/:namespace",
      {
        config: { access: "tenant", action: "kv.namespace.delete" },
        schema: {
          operationId: "deleteKvNamespace",
          summary: "Deletes a namespace with all its keys.",
          params: namespaceParams,
          response: { 204: Type.Null() },
        },
      },
      async ({ params }, reply) => {
        await kv.deleteNamespace(namespaceOf(params));
        return reply.code(204).send();
      },
    );

    app.get(
      "/tenants/:name/kv/:namespace/keys",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "listKvKeys",
          summary: "Keys in the order of their bytes, with metadata, without values.",
          params: namespaceParams,
          querystring: keysQuery,
          response: { 200: keysSchema },
        },
      },
      async ({ params, query: { limit, ...options } }) =>
        kv.reader.list(namespaceOf(params), { ...options, limit: limit === undefined ? undefined : Number(limit) }),
    );
  };
}

function grantRoutes(kv: KvService, store: Store, namespaceOf: NamespaceOf): AdminRoutes {
  return async (app) => {
    app.put(
      "/tenants/:name/kv/:namespace/grants/:tenant",
      {
        config: { access: "tenant", action: "kv.grant" },
        schema: {
          operationId: "grantKvNamespace",
          summary: "Lets another tenant read a namespace, or read and write.",
          params: grantParams,
          body: Type.Object({ write: Type.Boolean() }, closed),
          response: { 200: namespaceSchema },
        },
      },
      async ({ params, body }) => {
        const namespace = namespaceOf(params);
        const tenant = store.getTenant(parseTenantName(params.tenant)).name;
        if (tenant === params.name)
          throw plinthError("PLINTH_BAD_REQUEST", ["a namespace needs no grant to its owner"]);
        await kv.grant(namespace, tenant, body);
        return view(kv.reader.namespace(namespace));
      },
    );

    app.delete(
      "/tenants/:name/kv/:namespace/grants/:tenant",
      {
        config: { access: "tenant", action: "kv.revoke" },
        schema: {
          operationId: "revokeKvNamespace",
          summary: "Takes a grant back.",
          params: grantParams,
          response: { 204: Type.Null() },
        },
      },
      async ({ params }, reply) => {
        await kv.revoke(namespaceOf(params), parseTenantName(params.tenant));
        return reply.code(204).send();
      },
    );
  };
}
