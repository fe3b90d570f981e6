import type { AdminDependencies } from "./dependencies.ts";
import type { AdminRoutes } from "./routes.ts";
import { answers } from "./schemas.ts";

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
