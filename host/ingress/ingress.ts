/** The tenants' traffic: HTTP in, a tenant's handler, HTTP out. Fastify with one route for every method and path. */
import { METHODS } from "node:http";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Assets } from "../assets/assets.ts";
import type { RequestLogMode } from "../config/settings.ts";
import type { BulkTurns } from "../fairness/bulk-turns.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import { answerClientError, answerRefusedExpectations } from "../listener/client-errors.ts";
import { sweepCrumbs } from "../listener/crumbs.ts";
import { lingerOnClose } from "../listener/lingering-close.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import type { Dispatcher } from "../pool/dispatcher.ts";
import type { WireResponse } from "../protocol/http.ts";
import { AccessLog } from "./access-log.ts";
import type { Admitted } from "./admitted.ts";
import { ArrivingBodies } from "./arriving-bodies.ts";
import { type Clients, socketAddress } from "./client.ts";
import { countRequest, type RequestCounters } from "./count-request.ts";
import { readRequestTarget } from "./request-target.ts";
import { chooseVersion } from "./rollout.ts";
import type { Routing } from "./routing.ts";
import { sendAnswer } from "./send-answer.ts";
import { type ErrorOptions, sendError } from "./send-error.ts";
import { assetsFor, serveAsset } from "./serve-asset.ts";
import { tenantRequest } from "./tenant-request.ts";

export interface IngressOptions extends RequestCounters, ErrorOptions {
  logs: TenantLogs;
  logger: FastifyBaseLogger;
  requestLog: RequestLogMode;
  routing: Routing;
  dispatcher: Dispatcher;
  assets: Assets;
  clients: Clients;
  /** Charged with this thread's work for a tenant. */
  shares: CpuShares;
  /** Turns for large parts of requests and answers. */
  turns: BulkTurns;
  requestBodyLimitBytes: number;
  /** Longest time from a request's first byte to its last, ms. Until then its bytes take memory. */
  requestTimeoutMs: number;
  /** The longest time that a body may take at any rate, ms. */
  bodyGraceMs: number;
  /** The least rate of a body after the grace. */
  bodyBytesPerSecond: number;
  /** Longest time in which a client may read none of a response, ms. */
  responseIdleMs: number;
}

/** CPU time that Node and its sockets take for a small request, ms. It is spent where it cannot be measured. */
const NODE_MS = 0.03;
/** The most that is charged for one of the parts that this thread has in a request, ms. Bodies are charged by the byte. */
const MOST_MS = 1;

/** All methods that Node's parser knows. CONNECT never reaches a handler. */
const TENANT_METHODS = METHODS.filter((method) => method !== "CONNECT");

/** Longest time from a request's first byte to the end of its headers, ms. */
const HEADERS_TIMEOUT_MS = 30_000;

/** How often Node looks for requests that have taken too long, ms. */
const TIMEOUT_CHECK_MS = 10_000;

export function createIngress(options: IngressOptions): FastifyInstance {
  const accessLog = new AccessLog(options.logger, options.requestLog);
  const arriving = new ArrivingBodies({ graceMs: options.bodyGraceMs, bytesPerSecond: options.bodyBytesPerSecond });
  const app = fastify({
    clientErrorHandler: answerClientError,
    loggerInstance: options.logger,
    // The access log writes one line a request; fastify would write two.
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request costs more than its line. The few lines that are not the access log's name the request.
    childLoggerFactory: (logger) => logger as FastifyBaseLogger,
    bodyLimit: options.requestBodyLimitBytes,
    forceCloseConnections: "idle",
    requestTimeout: options.requestTimeoutMs,
    http: {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs),
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, Math.ceil(options.requestTimeoutMs / 2)),
      // Node would refuse a request without Host and say nothing. readRequestTarget says what is wrong.
      requireHostHeader: false,
    },
    exposeHeadRoutes: false,
    // Fastify's router decodes paths and refuses some. A tenant's paths are the tenant's business, so the router sees none.
    rewriteUrl: () => "/",
  });
  for (const method of TENANT_METHODS) app.addHttpMethod(method, { hasBody: true, overrideExisting: true });
  answerRefusedExpectations(app.server);
  lingerOnClose(app);
  sweepCrumbs(app, {
    onBytes: ({ admitted }, bytes) => admitted!.admission.holdBody(bytes),
    onPiece: ({ target }, bytes, go) => options.turns.wait(target!.tenant, bytes, go),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => sendError(request, reply, error, options));
  app.decorateRequest("target", null);
  app.decorateRequest("rolloutCookie", null);
  app.decorateRequest("admitted", null);
  // The request is admitted before its body is read: a client that will not be served need not send it.
  app.addHook("onRequest", (request, reply, done) => {
    // Fastify refuses QUERY without a type. The meaning of a body is the tenant's business.
    if (hasBody(request) || request.method === "QUERY") request.headers["content-type"] ??= "application/octet-stream";
    try {
      const entered = enter(request, options);
      const admitted = () => admit(request, reply, entered, options, arriving);
      const asked = { request, reply, target: request.target!, ...entered };
      const version = hasBody(request) ? null : assetsFor(asked);
      if (version === null) {
        admitted();
        done();
        return;
      }
      serveAsset(asked, version, options)
        .then((isAnswered) => {
          // A client that has gone is not let in, because nothing would end its admission.
          if (isAnswered || reply.raw.destroyed) return;
          admitted();
          done();
        })
        .catch(done);
    } catch (error) {
      done(error as Error);
    }
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { id: reqId, method, originalUrl: url, target } = request;
    const of = target === null ? {} : { tenant: target.tenant, version: target.version };
    // The response was not written to its end, so the client has gone.
    const end = request.admitted?.isBroken ? { broken: true as const } : { aborted: true as const };
    const ms = Math.round(reply.elapsedTime * 1000) / 1000;
    const status = reply.raw.statusCode;
    const access = { reqId, ...of, method, url, status, ms, ...(reply.raw.writableFinished ? {} : end) };
    accessLog.add(access);
    countRequest(options, target, access, request.admitted?.headMs ?? ms);
    done();
  });
  app.addHook("onClose", (_app, done) => {
    accessLog[Symbol.dispose]();
    arriving[Symbol.dispose]();
    done();
  });
  app.route({ method: TENANT_METHODS, url: "/", handler: (request, reply) => serve(request, reply, options) });
  return app;
}

interface Entered {
  readonly host: string;
  /** Path and query as the tenant sees them. */
  readonly path: string;
  readonly mount: string;
  /** Time of the request's arrival, ms of `performance.now`. */
  readonly began: number;
}

/** Finds the tenant and the version of a request. */
function enter(request: FastifyRequest, { routing }: IngressOptions): Entered {
  const began = performance.now();
  const { rawHeaders, httpVersion } = request.raw;
  const { host, path: fullPath } = readRequestTarget({ url: request.originalUrl, rawHeaders, httpVersion });
  const { served, path, mount } = routing.route(host, fullPath);
  const { target, cookie } = chooseVersion(served, request.headers, mount);
  request.target = target;
  request.rolloutCookie = cookie;
  return { host, path, mount, began };
}

/** Lets the request in to its tenant's program. */
function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { began, ...place }: Entered,
  options: IngressOptions,
  arriving: ArrivingBodies,
): void {
  const target = request.target!;
  const length = Number(request.headers["content-length"] ?? 0);
  const admission = options.dispatcher.admit(target, Math.min(length, options.requestBodyLimitBytes));
  const arrival = hasBody(request)
    ? arriving.begin(target.tenant, request.raw.socket, admission.concurrency, (error) => void reply.send(error))
    : null;
  const client = options.clients.of(request.raw);
  const of = { ...place, client, hostMs: NODE_MS, headMs: null, isBroken: false };
  const admitted: Admitted = { admission, arrival, dispatched: null, answer: null, ...of };
  request.admitted = admitted;
  // The request may end here: the client has gone, or its body is too large or too slow.
  reply.raw.once("close", () => {
    arrival?.[Symbol.dispose]();
    admission[Symbol.dispose]();
    if (!reply.raw.writableFinished) admitted.dispatched?.cancel(new ClientGone());
    admitted.answer?.[Symbol.dispose]();
  });
  admitted.hostMs += spentSince(began);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

async function serve(request: FastifyRequest, reply: FastifyReply, options: IngressOptions): Promise<void> {
  const began = performance.now();
  const admitted = request.admitted!;
  const { admission, arrival, host, path, mount, client } = admitted;
  arrival?.[Symbol.dispose]();
  const { address: clientAddress, port: clientPort, scheme } = client;
  const cgi = { scheme, host, path, mount, clientAddress, clientPort };
  // WASI commands have the client in their environment.
  const named = request.target!.kind === "wasi" ? null : socketAddress(client);
  const facts = { scheme, host, path, client: named };
  admitted.dispatched = admission.dispatch(tenantRequest(request, facts, options.clients), cgi, request.id);
  admitted.hostMs += spentSince(began);
  let answer: WireResponse | undefined;
  try {
    answer = await admitted.dispatched.answer;
    const answered = performance.now();
    sendAnswer(request, reply, answer, options);
    admitted.hostMs += spentSince(answered);
  } catch (error) {
    // A body that flows is of no use without its head.
    if (answer?.stream !== undefined) admitted.dispatched.cancel(error);
    answer?.stream?.abandon();
    if (!(error instanceof ClientGone)) throw error;
    reply.hijack();
  } finally {
    options.shares.charge(request.target!.tenant, admitted.hostMs);
  }
}

/**
 * CPU time of this thread, ms. The clock counts all time, but a part that takes longer than `MOST_MS` has waited for a
 * CPU.
 */
function spentSince(began: number): number {
  return Math.min(performance.now() - began, MOST_MS);
}

/** The client closed the connection before the answer was there, so nobody is told. */
class ClientGone extends Error {}
