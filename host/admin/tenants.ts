import { Type } from "#typebox";
import { groupLabel, tenantLimitsSchema } from "../config/settings.ts";
import { plinthError } from "../errors.ts";
import { parseTenantName } from "../store/names.ts";
import type { Store, Tenant, TenantName } from "../store/store.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { refuseReserved, refuseUngranted } from "./hostname-rules.ts";
import { type AdminRoutes, closed, limitQuery, nullable, pageOf, tenantParams } from "./routes.ts";
import { answers } from "./schemas.ts";

const hostnamesSchema = Type.Array(Type.String(), { maxItems: 100 });
const settingsProperties = {
  limits: Type.Optional(tenantLimitsSchema),
  isolation: Type.Optional(Type.Enum(["request", "reuse"])),
  group: Type.Optional(nullable(groupLabel)),
};
const newTenantSchema = Type.Object(
  { name: Type.String(), hostnames: Type.Optional(hostnamesSchema), ...settingsProperties },
  closed,
);
const settingsSchema = Type.Object(settingsProperties, closed);
const hostnamesBodySchema = Type.Object({ hostnames: hostnamesSchema }, closed);
const listQuery = Type.Object({ limit: Type.Optional(limitQuery), after: Type.Optional(Type.String()) }, closed);

/** With `unused`, only a tenant that has nothing yet is deleted: its creation is undone after a refused deploy. */
const deleteQuery = Type.Object({ unused: Type.Optional(Type.Enum(["true", "false"])) }, closed);

export function tenantRoutes({ store, hostnames: rules, urlOf, parking }: AdminDependencies): AdminRoutes {
  const view = (tenant: Tenant) => ({
    ...tenant,
    parked: parking?.parked(tenant.name) ?? null,
    url: urlOf?.(tenant.name) ?? null,
  });

  return async (app) => {
    app.post(
      "/tenants",
      {
        config: { access: "operator", action: "tenant.create" },
        schema: {
          operationId: "createTenant",
          summary: "Creates a tenant.",
          body: newTenantSchema,
          response: { 201: answers.tenant },
        },
      },
      async (request, reply) => {
        const { name, ...options } = request.body;
        refuseReserved(options.hostnames ?? [], rules);
        return reply.code(201).send(view(await store.createTenant(parseTenantName(name), options)));
      },
    );

    app.get(
      "/tenants",
      {
        config: { access: "operator" },
        schema: {
          operationId: "listTenants",
          summary: "Tenants by name.",
          querystring: listQuery,
          response: { 200: answers.tenants },
        },
      },
      async ({ query }) => {
        const { items, next } = store.listTenants(pageOf(query));
        return { tenants: items.map(view), next };
      },
    );

    app.get(
      "/tenants/:name",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "getTenant",
          summary: "One tenant.",
          params: tenantParams,
          response: { 200: answers.tenant },
        },
      },
      async ({ params }) => view(store.getTenant(parseTenantName(params.name))),
    );

    app.delete(
      "/tenants/:name",
      {
        config: { access: "operator", action: "tenant.delete" },
        schema: {
          operationId: "deleteTenant",
          summary: "Deletes a tenant with all that is its own.",
          params: tenantParams,
          querystring: deleteQuery,
          response: { 204: Type.Null() },
        },
      },
      async ({ params, query }, reply) => {
        const { name } = store.getTenant(parseTenantName(params.name));
        if (query.unused === "true") refuseUsed(store, name);
        await store.deleteTenant(name);
        return reply.code(204).send();
      },
    );

    app.delete(
      "/tenants/:name/parking",
      {
        config: { access: "operator", action: "tenant.unpark" },
        schema: {
          operationId: "unparkTenant",
          summary: "Serves a tenant again that was parked, and forgets why it was.",
          params: tenantParams,
          response: { 204: Type.Null() },
        },
      },
      async ({ params }, reply) => {
        const { name } = store.getTenant(parseTenantName(params.name));
        parking?.release(name);
        return reply.code(204).send();
      },
    );

    app.put(
      "/tenants/:name/hostnames",
      {
        config: { access: "tenant", action: "tenant.hostnames" },
        schema: {
          operationId: "setHostnames",
          summary: "Replaces all custom hostnames.",
          params: tenantParams,
          body: hostnamesBodySchema,
          response: { 200: answers.tenant },
        },
      },
      async ({ params, body, token }) => {
        const tenant = store.getTenant(parseTenantName(params.name));
        refuseReserved(body.hostnames, rules);
        refuseUngranted(body.hostnames, tenant, token!, rules);
        return view(await store.setHostnames(tenant.name, body.hostnames));
      },
    );

    app.put(
      "/tenants/:name/settings",
      {
        config: { access: "operator", action: "tenant.settings" },
        schema: {
          operationId: "setSettings",
          summary: "Sets limits (as a whole), isolation and group. Fields that are not given stay.",
          params: tenantParams,
          body: settingsSchema,
          response: { 200: answers.tenant },
        },
      },
      async ({ params, body }) => view(await store.setSettings(parseTenantName(params.name), body)),
    );
  };
}

/** @throws PLINTH_TENANT_USED */
function refuseUsed(store: Store, name: TenantName): void {
  const { count: versions } = store.versionUsage(name);
  const [tokens, secrets] = [store.countTokens(name), store.listSecrets(name).length];
  if (versions + tokens + secrets > 0)
    throw plinthError("PLINTH_TENANT_USED", [name, versions, tokens, secrets], { details: { tenant: name } });
}
