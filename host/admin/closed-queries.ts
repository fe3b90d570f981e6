import type { FastifyInstance } from "fastify";
import { Type } from "#typebox";
import { closed } from "./routes.ts";

/**
 * Makes a route without a query of its own refuse every query parameter. A route with a query refuses unknown parameters
 * in the same way. Otherwise a misplaced or misspelt filter would be passed over. Call it before any route is added.
 */
export function closeQueries(app: FastifyInstance): void {
  app.addHook("onRoute", (route) => {
    route.schema = { querystring: Type.Object({}, closed), ...route.schema };
  });
}
