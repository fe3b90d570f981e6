/** The audit log: which token has changed what. */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "#typebox";
import { isUnusable } from "../sqlite/database-error.ts";
import type { AuditedChange, Store, Token } from "../store/store.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, limitQuery, numberText } from "./routes.ts";
import { answers } from "./schemas.ts";

declare module "fastify" {
  interface FastifyRequest {
    change: AuditedChange | null;
    /** Code of the error that it was answered with. */
    errorCode: string | null;
  }
}

const listQuery = Type.Object(
  { tenant: Type.Optional(Type.String()), after: Type.Optional(numberText), limit: Type.Optional(limitQuery) },
  closed,
);

/**
 * Call it after `enforceAccess`. A change of the registry and its entry are one transaction. The entries of all other
 * changes, and of refusals to a valid token, are written before the answer is sent.
 */
export function auditChanges(app: FastifyInstance, store: Store): void {
  app.decorateRequest("change", null);
  app.decorateRequest("errorCode", null);
  // The hook has a callback and no promise, so that the code after it runs inside of the change.
  app.addHook("preHandler", (request, _reply, done) => {
    request.change = changeOf(request);
    if (request.change === null) done();
    else store.audited(request.change, done);
  });
  app.addHook("onSend", async (request, reply) => {
    const change = request.change ?? changeOf(request);
    if (change === null || change.recorded) return;
    const outcome = request.errorCode ?? (reply.statusCode < 400 ? "done" : "failed");
    try {
      store.addAuditEntry({ ...change, outcome });
    } catch (error) {
      // A call that frees room on a full disk must get an answer.
      if (!isUnusable(error)) throw error;
      request.log.error(
        { err: error, change: { ...change, outcome } },
        "an entry of the audit log could not be written",
      );
    }
    change.recorded = true;
  });
}

export function auditRoutes({ store }: AdminDependencies): AdminRoutes {
  return async (app) => {
    app.get(
      "/audit",
      {
        config: { access: "operator" },
        schema: {
          operationId: "listAudit",
          summary: "Changes by the admin API, newest first.",
          querystring: listQuery,
          response: { 200: answers.audit },
        },
      },
      async ({ query: { tenant, after, limit = "100" } }) => {
        const entries = store.listAudit({
          limit: Number(limit),
          ...(tenant === undefined ? {} : { tenant }),
          ...(after === undefined ? {} : { before: Number(after) }),
        });
        return { entries, next: entries.length < Number(limit) ? null : String(entries.at(-1)?.id) };
      },
    );
  };
}

/** @returns null for a request that changes nothing, or has no valid token */
function changeOf({ token, routeOptions, params, id }: FastifyRequest): AuditedChange | null {
  const { action } = routeOptions.config;
  if (token === null || action === undefined) return null;
  const { name = null, ...rest } = (params ?? {}) as Record<string, string>;
  const target = Object.values(rest).join("/") || null;
  return { token: label(token), action, request: id, tenant: name, target, recorded: false };
}

function label({ id, label }: Token): { id: string; label: string } {
  return { id, label };
}
