/** The admin API (docs/reference/admin-api.md): a server of its own, apart from the tenants' traffic. */

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { VALUE_BYTES } from "../bindings/kv/limits.ts";
import { KIB } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import { answerClientError } from "../listener/client-errors.ts";
import { sweepCrumbs } from "../listener/crumbs.ts";
import { lingerOnClose } from "../listener/lingering-close.ts";
import { enforceAccess } from "./access.ts";
import { assetRoutes } from "./assets.ts";
import { auditChanges, auditRoutes } from "./audit.ts";
import { boundBodies } from "./bodies.ts";
import { closeQueries } from "./closed-queries.ts";
import { cronRoutes } from "./crons.ts";
import { addDashboard } from "./dashboard.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { sendAdminError } from "./errors.ts";
import { healthRoutes } from "./health.ts";
import { hostnameRoutes } from "./hostnames.ts";
import { kvRoutes } from "./kv.ts";
import { logRoutes } from "./logs.ts";
import { addMonitorRoutes } from "./metrics.ts";
import { describeApi } from "./openapi.ts";
import { refuseForeignOrigin } from "./origin.ts";
import { CallAllowances } from "./rates.ts";
import { rolloutRoutes } from "./rollout.ts";
import { runtimeRoutes } from "./runtimes.ts";
import { secretRoutes } from "./secrets.ts";
import { tenantRoutes } from "./tenants.ts";
import { tokenRoutes } from "./tokens.ts";
import { takeTurns } from "./turns.ts";
import { usageRoutes } from "./usage.ts";
import { versionRoutes } from "./versions.ts";
import { Withdrawals } from "./withdrawals.ts";

export type * from "./dependencies.ts";

/** Bytes of a JSON body: names, hostnames and limits. Uploads have a limit of their own. */
const JSON_LIMIT_BYTES = 64 * KIB;

/** From a request's first byte to its last, ms. An upload is held in memory until it is whole. */
const REQUEST_TIMEOUT_MS = 120_000;

/**
 * The most characters of a path's parameter. The longest key of KV fits with each byte as `%xx`. There is some room more,
 * so that KV itself says which key is too long.
 */
const PARAMETER_LENGTH = 4_096;

const routeFiles = [
  healthRoutes,
  runtimeRoutes,
  usageRoutes,
  hostnameRoutes,
  tenantRoutes,
  versionRoutes,
  assetRoutes,
  rolloutRoutes,
  secretRoutes,
  logRoutes,
  cronRoutes,
  tokenRoutes,
  auditRoutes,
  kvRoutes,
];

/** The server, not yet listening. */
export function createAdmin(dependencies: AdminDependencies): FastifyInstance {
  const { store, hosts = [], logger, uploadLimitBytes } = dependencies;
  const app = fastify({
    clientErrorHandler: answerClientError,
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    bodyLimit: JSON_LIMIT_BYTES,
    forceCloseConnections: "idle",
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PARAMETER_LENGTH },
    // Paths that are not well-formed do not reach a route; they are answered like other errors.
    frameworkErrors: sendAdminError,
    // A wrong type is refused, not guessed at; numbers in queries are text and say so by their pattern.
    // With `verbose`, an error carries its schema, and so the names that the schema knows.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, verbose: true } },
  });
  // A route's answer is sent as it is. Its schema describes the answer, and a test compares the two.
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler((error, request, reply) => sendAdminError(error, request, reply));
  app.setNotFoundHandler(notFound);
  // Both checks come before a byte of the body is read.
  app.addHook("onRequest", async (request) => refuseForeignOrigin(request, hosts));
  const allowances = new CallAllowances(dependencies.rates);
  enforceAccess(app, store, allowances);
  closeQueries(app);
  lingerOnClose(app);
  sweepCrumbs(app, { onBytes: boundBodies(app, Math.max(VALUE_BYTES, uploadLimitBytes)) });
  takeTurns(app, allowances);
  auditChanges(app, store);
  describeApi(app);
  addMonitorRoutes(app, dependencies);
  addDashboard(app);
  const withdrawals = new Withdrawals();
  for (const routes of routeFiles) app.register(routes(dependencies, withdrawals), { prefix: "/v1" });
  return app;
}

async function notFound(request: FastifyRequest, _reply: FastifyReply): Promise<never> {
  const path = request.url.replace(/\?.*$/, "").slice(0, 200);
  throw plinthError("PLINTH_NOT_FOUND", [request.method, path], { details: { method: request.method, path } });
}
