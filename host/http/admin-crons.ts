import { parseTenantName } from "../store/names.ts";
import type { AdminDependencies } from "./admin-dependencies.ts";
import { type AdminRoutes, tenantParams } from "./admin-routes.ts";
import { answers } from "./admin-schemas.ts";

export function cronRoutes({ store, scheduler }: AdminDependencies): AdminRoutes {
  return async (app) => {
    app.get(
      "/tenants/:name/crons",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "listCrons",
          summary: "The crons of the active version, with their last runs and the next.",
          params: tenantParams,
          response: { 200: answers.crons },
        },
      },
      async ({ params }) => {
        const { name } = store.getTenant(parseTenantName(params.name));
        return { crons: scheduler?.crons(name) ?? [] };
      },
    );
  };
}
