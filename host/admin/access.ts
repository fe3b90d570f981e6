/**
 * Holds requests to what each route of the admin API declares in its `config`: who may call it, and what the audit log
 * calls it.
 */

import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import { plinthError } from "../errors.ts";
import type { Store, Token } from "../store/store.ts";
import { authenticate } from "./auth.ts";
import type { CallAllowances } from "./rates.ts";

/**
 * - `public`: everybody, without a token
 * - `any`: every valid token
 * - `tenant`: the tokens of the tenant that the path's `:name` names, and the operator's
 * - `operator`: the operator's tokens
 */
export type Access = "public" | "any" | "tenant" | "operator";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * The audit log's name for a request to the route, such as "version.activate". Every route that changes something has
     * one.
     */
    action?: string;
  }
  interface FastifyRequest {
    /** The token that the request carries; null if the route is public, and for requests that were refused. */
    token: Token | null;
  }
}

const READING_METHODS = new Set(["GET", "HEAD"]);

/** Call it before any route is added. @throws Error at a route without the declarations that it needs */
export function enforceAccess(app: FastifyInstance, store: Store, allowances: CallAllowances): void {
  app.decorateRequest("token", null);
  app.addHook("onRoute", checkDeclaration);
  app.addHook("onRequest", async (request, reply) => {
    // A path without a route has no declaration. Without a token, nobody learns that there is no route.
    const { access = "any" } = request.routeOptions.config;
    if (access === "public") return;
    const token = authenticate(store, request.headers.authorization);
    if (token === undefined) throw plinthError("PLINTH_UNAUTHORIZED");
    // This comes before the token is noted: a call that is refused here changes nothing, so it gets no audit entry.
    allowances.take(token, reply);
    request.token = token;
    store.noteTokenUse(token);
    if (token.tenant !== null && !isOpenTo(token.tenant, access, request)) {
      throw plinthError("PLINTH_FORBIDDEN", [token.tenant], { details: { tenant: token.tenant } });
    }
  });
}

/** Says nothing about whether the tenant exists, because its name alone can be worth knowing. */
function isOpenTo(tenant: string, access: Access, request: FastifyRequest): boolean {
  if (access === "any") return true;
  return access === "tenant" && (request.params as { name?: string }).name === tenant;
}

function checkDeclaration({ method, url, config }: RouteOptions): void {
  const route = `${String(method)} ${url}`;
  if (config?.access === undefined) throw new Error(`${route} does not declare who may call it`);
  if (config.access === "tenant" && !url.startsWith("/v1/tenants/:name")) {
    throw new Error(`${route} is open to a tenant, but its path names none`);
  }
  const methods = Array.isArray(method) ? method : [method];
  if (config.action === undefined && methods.some((name) => !READING_METHODS.has(name))) {
    throw new Error(`${route} does not declare what the audit log calls it`);
  }
}
