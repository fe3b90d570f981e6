import type { FastifyInstance } from "fastify";
import { Type } from "#typebox";
import { closed } from "./routes.ts";

/**
 * Makes a route without a query of its own refuse every query parameter, as a route with one refuses those that it does not
 * know. Otherwise a filter that was misplaced or misspelt would be passed over. Call it before any route is added.
 */
export function closeQueries(app: FastifyInstance): void {
  app.addHook("onRoute", (route) => {
    route.schema = { querystring: Type.Object({}, closed), ...route.schema };
  });
}
