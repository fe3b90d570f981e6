import manifest from "../../package.json" with { type: "json" };
import type { AdminDependencies } from "./dependencies.ts";
import type { AdminRoutes } from "./routes.ts";
import { answers } from "./schemas.ts";

export function healthRoutes({ ingressUrl, domain, groups }: AdminDependencies): AdminRoutes {
  return async (app) => {
    app.get(
      "/health",
      {
        // Visitors of the tenants know these addresses anyway.
        config: { access: "public" },
        schema: { operationId: "getHealth", summary: "Whether the host serves.", response: { 200: answers.health } },
      },
      async () => ({
        status: "ok",
        version: manifest.version,
        ingress: ingressUrl?.() ?? null,
        domain,
        groups: groups?.states ?? null,
      }),
    );
  };
}
