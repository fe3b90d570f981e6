import { parseTenantName } from "../store/names.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, tenantParams } from "./routes.ts";
import { answers } from "./schemas.ts";

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
