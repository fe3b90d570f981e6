/** The ingress's answers to requests that get no answer of a tenant. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { PlinthError, plinthError } from "../errors.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import { countOne, type Usage } from "../observe/usage.ts";
import type { Dispatcher } from "../pool/dispatcher.ts";
import { storageError } from "../store/storage-error.ts";
import type { ErrorPages } from "./error-pages.ts";
import { probed } from "./probes.ts";

/** Seconds after which a refused client may try again. */
const RETRY_AFTER_SECONDS = 1;

/**
 * The host has been told to stop. Idle connections were closed then. The others must close after their answers, or they
 * would keep the server open until the grace is over.
 */
export function isClosing(reply: FastifyReply): boolean {
  return !reply.server.server.listening;
}

export interface ErrorOptions {
  readonly usage: Usage;
  readonly dispatcher: Pick<Dispatcher, "isDraining">;
  /** `plinth dev` alone has such pages. Other hosts answer with code and sentence. */
  readonly errorPages?: ErrorPages | undefined;
  readonly logs: Pick<TenantLogs, "ofRequest">;
}

/** Answers with an error, and counts it. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown, options: ErrorOptions): void {
  const { usage, dispatcher } = options;
  const known = toPlinthError(error, request);
  const probe = known.code === "PLINTH_NO_ROUTE" ? probed(request.originalUrl) : null;
  if (probe !== null) {
    const isWell = probe === "live" || !dispatcher.isDraining;
    void reply.status(isWell ? 200 : 503).send({ status: isWell ? "ok" : "not ready" });
    return;
  }
  if (request.target !== null) countError(usage, request.target.tenant, known);
  const isFault = known.code === "PLINTH_INTERNAL" || known.code === "PLINTH_DATA_UNAVAILABLE";
  if (isFault) request.log.error({ reqId: request.id, err: error }, "unexpected error");
  if (known.code === "PLINTH_BLOB_CORRUPT") noteCorruptBlob(request, known);
  // A proxy that reads such a request differently would take the bytes after it for another request, so the connection
  // ends.
  if (isClosing(reply) || known.code === "PLINTH_BAD_HTTP") void reply.header("connection", "close");
  if (request.rolloutCookie !== null) void reply.header("set-cookie", request.rolloutCookie);
  if (known.status === 429 || known.status === 503) {
    void reply.header("retry-after", known.details.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  }
  void reply.status(known.status).header("plinth-request-id", request.id);
  if (options.errorPages === undefined) sendPlainError(reply, known);
  else void sendErrorPage(request, reply, known, options);
}

function sendPlainError(reply: FastifyReply, { code, message }: PlinthError): void {
  void reply.type("application/json; charset=utf-8").send(JSON.stringify({ error: { code, message } }));
}

async function sendErrorPage(
  request: FastifyRequest,
  reply: FastifyReply,
  error: PlinthError,
  { errorPages, logs }: ErrorOptions,
): Promise<void> {
  const { method, originalUrl: url, headers, target, id } = request;
  try {
    const lines = target === null ? [] : await logs.ofRequest(target.tenant, id);
    const { host, accept } = headers;
    const page = await errorPages!({ method, url, host: host ?? "", accept: accept ?? "", error, lines });
    if (page === null) sendPlainError(reply, error);
    else void reply.type(page.type).headers(page.headers).send(page.body);
  } catch (fault) {
    request.log.error({ reqId: id, err: fault }, "the error page failed");
    sendPlainError(reply, error);
  }
}

/** Counts an error of a tenant's requests. A client that has gone is no error. */
export function countError(usage: Usage, tenant: string, error: unknown): void {
  if (error instanceof PlinthError) countOne(usage.of(tenant).errors, error.code);
}

/** Tells the operator of a damaged file. The tenant's log has the error, too, but only within the tenant's rate. */
function noteCorruptBlob({ id: reqId, log, target }: FastifyRequest, { details }: PlinthError): void {
  const of = { reqId, tenant: target?.tenant, version: target?.version };
  log.error({ ...of, ...details }, "a stored file is missing or damaged");
}

function toPlinthError(error: unknown, request: FastifyRequest): PlinthError {
  const fault = storageError(error);
  if (fault !== null) return fault;
  if (error instanceof PlinthError) return error;
  const code = (error as { code?: unknown }).code;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return plinthError("PLINTH_BODY_TOO_LARGE", [request.routeOptions.bodyLimit ?? 0]);
  }
  if (typeof code === "string" && code.startsWith("FST_ERR_")) {
    return plinthError("PLINTH_BAD_HTTP", [(error as Error).message], { cause: error });
  }
  return plinthError("PLINTH_INTERNAL", [], { cause: error });
}
