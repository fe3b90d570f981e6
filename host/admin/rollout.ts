/** Gradual rollout by the admin API: a second version gets a share of a tenant's visitors. */
import { Type } from "#typebox";
import { parseTenantName } from "../store/names.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, nullable, tenantParams } from "./routes.ts";

const rolloutSchema = Type.Object(
  {
    version: Type.Integer({ minimum: 1, description: "not the active one" }),
    percent: Type.Number({ minimum: 0, maximum: 100, description: "share of the visitors" }),
  },
  closed,
);
const answerSchema = Type.Object({ rollout: nullable(rolloutSchema) }, closed);

export function rolloutRoutes({ store, secretReads }: AdminDependencies): AdminRoutes {
  return async (app) => {
    app.get(
      "/tenants/:name/rollout",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "getRollout",
          summary: "The rollout under way; null where all visitors get the active version.",
          params: tenantParams,
          response: { 200: answerSchema },
        },
      },
      async ({ params }) => ({ rollout: store.getTenant(parseTenantName(params.name)).rollout }),
    );

    app.put(
      "/tenants/:name/rollout",
      {
        config: { access: "tenant", action: "rollout.set" },
        schema: {
          operationId: "setRollout",
          summary:
            "Gives a version a share of the visitors, from the next request on. Activating any version ends the rollout.",
          params: tenantParams,
          body: rolloutSchema,
          response: { 200: answerSchema },
        },
      },
      async ({ params, body }) => {
        const tenant = parseTenantName(params.name);
        secretReads?.refuseVersion(store.getVersion(tenant, body.version));
        const { rollout } = await store.setRollout(tenant, body);
        return { rollout };
      },
    );

    app.delete(
      "/tenants/:name/rollout",
      {
        config: { access: "tenant", action: "rollout.end" },
        schema: {
          operationId: "endRollout",
          summary: "Ends the rollout: all visitors get the active version.",
          params: tenantParams,
          response: { 204: Type.Null() },
        },
      },
      async ({ params }, reply) => {
        await store.setRollout(parseTenantName(params.name), null);
        return reply.code(204).send();
      },
    );
  };
}
