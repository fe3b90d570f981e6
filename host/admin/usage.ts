/** Routes of the tenants' use and the host's bounds, for dashboard and programs. The metrics have the same numbers. */
import { Type } from "#typebox";
import type { TenantUsage } from "../observe/usage.ts";
import { parseTenantName } from "../store/names.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, tenantParams } from "./routes.ts";

const counts = Type.Record(Type.String(), Type.Integer());
const usageSchema = Type.Object(
  {
    tenant: Type.String(),
    answers: Type.Array(Type.Integer(), { description: "by the first digit of their status, from 0" }),
    errors: counts,
    calls: counts,
    wallMs: Type.Number(),
    cpuMs: Type.Number(),
    steps: Type.Integer(),
    waitMs: Type.Number(),
    switchMs: Type.Number(),
    coldSteps: Type.Integer(),
    kvReads: Type.Integer(),
    heldBytes: Type.Integer(),
  },
  closed,
);
const gaugeSchema = Type.Object({ used: Type.Number(), limit: Type.Number() }, closed);
const hostSchema = Type.Object(
  {
    workers: gaugeSchema,
    queue: gaugeSchema,
    heldBytes: gaugeSchema,
    connections: gaugeSchema,
    rssBytes: Type.Integer(),
    cpuMs: Type.Number(),
  },
  closed,
);

export function usageRoutes({ usage, store }: AdminDependencies): AdminRoutes {
  return async (app) => {
    if (usage === undefined) return;
    const view = (tenant: string, { answers, errors, calls, ...numbers }: TenantUsage) => ({
      tenant,
      answers,
      errors: Object.fromEntries(errors),
      calls: Object.fromEntries(calls),
      ...numbers,
      heldBytes: usage.heldBytes(tenant),
    });

    app.get(
      "/usage",
      {
        config: { access: "operator" },
        schema: {
          operationId: "getUsage",
          summary: "What the tenants have used since the host's start, and how full the host is.",
          response: { 200: Type.Object({ host: hostSchema, tenants: Type.Array(usageSchema) }, closed) },
        },
      },
      async () => ({
        host: await usage.host(),
        tenants: [...usage.tenants].map(([tenant, numbers]) => view(tenant, numbers)),
      }),
    );

    app.get(
      "/tenants/:name/usage",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "getTenantUsage",
          summary: "What a tenant has used since the host's start.",
          params: tenantParams,
          response: { 200: usageSchema },
        },
      },
      async ({ params }) => {
        const { name } = store.getTenant(parseTenantName(params.name));
        return view(name, usage.tenants.of(name));
      },
    );
  };
}
