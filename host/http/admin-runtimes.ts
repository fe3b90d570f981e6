import type { FastifyPluginAsync } from "fastify";
import type { AdminDependencies } from "./admin-dependencies.ts";

export function runtimeRoutes({ runtimes }: AdminDependencies): FastifyPluginAsync {
  return async (app) => {
    app.get("/runtimes", async () => ({ runtimes: runtimes?.list() ?? [] }));
  };
}
