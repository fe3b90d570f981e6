import { Type } from "#typebox";
import { plinthError } from "../errors.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed } from "./routes.ts";

/** Caddy's `on_demand_tls` calls its parameter so. */
const checkQuery = Type.Object({ domain: Type.String({ minLength: 1, maxLength: 253 }) }, closed);

export function hostnameRoutes({ isServed = () => false }: AdminDependencies): AdminRoutes {
  return async (app) => {
    app.get(
      "/hostnames/check",
      {
        // The proxy that asks has no token, and any visitor of a hostname sees whether it is served.
        config: { access: "public" },
        schema: {
          operationId: "checkHostname",
          summary: "Whether a hostname is one of a tenant's, for proxies that get certificates on demand.",
          querystring: checkQuery,
          response: { 200: Type.Object({ hostname: Type.String() }, closed) },
        },
      },
      async ({ query: { domain } }) => {
        if (!isServed(domain)) throw plinthError("PLINTH_NO_ROUTE", [domain]);
        return { hostname: domain };
      },
    );
  };
}
