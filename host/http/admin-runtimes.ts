import type { AdminDependencies } from "./admin-dependencies.ts";
import type { AdminRoutes } from "./admin-routes.ts";
import { answers } from "./admin-schemas.ts";

export function runtimeRoutes({ runtimes }: AdminDependencies): AdminRoutes {
  return async (app) => {
    app.get(
      "/runtimes",
      {
        config: { access: "any" },
        schema: { operationId: "listRuntimes", summary: "The host's runtimes.", response: { 200: answers.runtimes } },
      },
      async () => ({ runtimes: runtimes?.list() ?? [] }),
    );
  };
}
