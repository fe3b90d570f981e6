/** The admin API (docs/reference/admin-api.md): a server of its own, apart from the tenants' traffic. */

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import manifest from "../../package.json" with { type: "json" };
import { KIB } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import type { AdminDependencies } from "./admin-dependencies.ts";
import { sendAdminError } from "./admin-errors.ts";
import { refuseForeignOrigin } from "./admin-origin.ts";
import { runtimeRoutes } from "./admin-runtimes.ts";
import { tenantRoutes } from "./admin-tenants.ts";
import { versionRoutes } from "./admin-versions.ts";
import { authenticate } from "./auth.ts";

export type * from "./admin-dependencies.ts";

/** Bytes of a JSON body: names, hostnames and limits. Uploads have a limit of their own. */
const JSON_LIMIT_BYTES = 64 * KIB;

/** From a request's first byte to its last, ms. An upload is held in memory until it is whole. */
const REQUEST_TIMEOUT_MS = 120_000;

/** The server, not yet listening. */
export function createAdmin(dependencies: AdminDependencies): FastifyInstance {
  const { store, domain, ingressUrl = null, hosts = [], logger } = dependencies;
  const app = fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    bodyLimit: JSON_LIMIT_BYTES,
    forceCloseConnections: "idle",
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Paths that are not well-formed do not reach a route; they are answered like other errors.
    frameworkErrors: sendAdminError,
    // A wrong type is refused, not guessed at; numbers in queries are text and say so by their pattern.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler((error, request, reply) => sendAdminError(error, request, reply));
  app.setNotFoundHandler(notFound);
  // Both before a byte of the body is read.
  app.addHook("onRequest", async (request) => refuseForeignOrigin(request, hosts));
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.url === "/v1/health") return;
    if (authenticate(store, request.headers.authorization) === undefined) throw plinthError("PLINTH_UNAUTHORIZED");
  });

  // Where the tenants are found is nothing that a visitor of theirs does not know.
  app.get("/v1/health", async () => ({ status: "ok", version: manifest.version, ingress: ingressUrl, domain }));
  app.register(runtimeRoutes(dependencies), { prefix: "/v1" });
  app.register(tenantRoutes(dependencies), { prefix: "/v1" });
  app.register(versionRoutes(dependencies), { prefix: "/v1" });
  return app;
}

async function notFound(request: FastifyRequest, _reply: FastifyReply): Promise<never> {
  const path = request.url.replace(/\?.*$/, "").slice(0, 200);
  throw plinthError("PLINTH_NOT_FOUND", [request.method, path], { details: { method: request.method, path } });
}
