import type { FastifyPluginAsync } from "fastify";
import { Type } from "typebox";
import { tenantLimitsSchema } from "../config/settings.ts";
import { plinthError } from "../errors.ts";
import { parseTenantName } from "../store/names.ts";
import type { Tenant } from "../store/store.ts";
import type { AdminDependencies } from "./admin-dependencies.ts";

const closed = { additionalProperties: false };

const hostnamesSchema = Type.Array(Type.String(), { maxItems: 100 });
const settingsProperties = {
  limits: Type.Optional(tenantLimitsSchema),
  isolation: Type.Optional(Type.Enum(["request", "reuse"])),
};
const newTenantSchema = Type.Object(
  { name: Type.String(), hostnames: Type.Optional(hostnamesSchema), ...settingsProperties },
  closed,
);
const settingsSchema = Type.Object(settingsProperties, closed);
const hostnamesBodySchema = Type.Object({ hostnames: hostnamesSchema }, closed);
const listSchema = Type.Object(
  { limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,3}$" })), after: Type.Optional(Type.String()) },
  closed,
);
const logsSchema = Type.Object({ limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,3}$" })) }, closed);

/** Log lines given where the request names no number. */
const DEFAULT_LOG_LINES = 100;

interface ByName {
  Params: { name: string };
}

export function tenantRoutes({ store, logs, domain, urlOf }: AdminDependencies): FastifyPluginAsync {
  const view = (tenant: Tenant) => ({ ...tenant, url: urlOf?.(tenant.name) ?? null });

  return async (app) => {
    app.post<{ Body: Type.Static<typeof newTenantSchema> }>(
      "/tenants",
      { schema: { body: newTenantSchema } },
      async (request, reply) => {
        const { name, ...options } = request.body;
        refuseReserved(options.hostnames ?? [], domain);
        return reply.code(201).send(view(await store.createTenant(parseTenantName(name), options)));
      },
    );

    app.get<{ Querystring: Type.Static<typeof listSchema> }>(
      "/tenants",
      { schema: { querystring: listSchema } },
      async ({ query }) => {
        const { items, next } = store.listTenants({
          ...(query.limit === undefined ? {} : { limit: Number(query.limit) }),
          ...(query.after === undefined ? {} : { after: query.after }),
        });
        return { tenants: items.map(view), next };
      },
    );

    app.get<ByName>("/tenants/:name", async ({ params }) => view(store.getTenant(parseTenantName(params.name))));

    app.delete<ByName>("/tenants/:name", async ({ params }, reply) => {
      await store.deleteTenant(parseTenantName(params.name));
      return reply.code(204).send();
    });

    app.put<ByName & { Body: Type.Static<typeof hostnamesBodySchema> }>(
      "/tenants/:name/hostnames",
      { schema: { body: hostnamesBodySchema } },
      async ({ params, body }) => {
        refuseReserved(body.hostnames, domain);
        return view(await store.setHostnames(parseTenantName(params.name), body.hostnames));
      },
    );

    app.put<ByName & { Body: Type.Static<typeof settingsSchema> }>(
      "/tenants/:name/settings",
      { schema: { body: settingsSchema } },
      async ({ params, body }) => view(await store.setSettings(parseTenantName(params.name), body)),
    );

    app.get<ByName & { Querystring: Type.Static<typeof logsSchema> }>(
      "/tenants/:name/logs",
      { schema: { querystring: logsSchema } },
      async ({ params, query }) => {
        const { name } = store.getTenant(parseTenantName(params.name));
        return { lines: logs?.read(name, Number(query.limit ?? DEFAULT_LOG_LINES)) ?? [] };
      },
    );
  };
}

/** In the host's own domain every name belongs to the tenant of that name, whether it is there yet or not. */
function refuseReserved(hostnames: readonly string[], domain: string): void {
  for (const hostname of hostnames)
    if (`.${hostname.toLowerCase()}`.endsWith(`.${domain}`))
      throw plinthError("PLINTH_HOSTNAME_RESERVED", [JSON.stringify(hostname), domain], { details: { hostname } });
}
