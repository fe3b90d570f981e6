/**
 * Bounds the memory of the bodies of requests and answers of the admin API. Each route limits one body. This file limits
 * many at once, because tenants have tokens, too.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { MIB } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import { HeldMemory, type Hold } from "../fairness/held-memory.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The memory of the request's body and answer; null for requests without a token. */
    held: Hold | null;
  }
}

/** Bytes of the bodies of one tenant's requests under way. */
const TENANT_BYTES = 64 * MIB;
/** Bytes of all tenants' requests. The operator's requests have as many again, so that they need not wait for tenants. */
const TOTAL_BYTES = 256 * MIB;
/** Answers smaller than this fit into the system's socket buffers. */
const SMALL_ANSWER_BYTES = 64 * 1024;
/** Longest time that a client may take none of a larger answer, ms. */
const IDLE_MS = 60_000;

/**
 * Call it after `enforceAccess`. A body counts as it comes: a client that only announces one takes no room from the others.
 *
 * @param largestBytes of a single body: there is always room for one
 * @returns the function that `sweepCrumbs` calls with each request's bytes as they come
 */
export function boundBodies(
  app: FastifyInstance,
  largestBytes: number,
): (request: FastifyRequest, bytes: number) => void {
  const limits = { tenant: Math.max(TENANT_BYTES, largestBytes), total: Math.max(TOTAL_BYTES, largestBytes) };
  const ofTenants = new HeldMemory(limits.total);
  const ofOperators = new HeldMemory(limits.total);
  app.decorateRequest("held", null);

  const count = ({ held }: FastifyRequest, bytes: number) => {
    try {
      held?.add(bytes);
    } catch (cause) {
      throw plinthError("PLINTH_BODIES", [], { cause });
    }
  };
  app.addHook("onRequest", async (request, reply) => {
    const { token } = request;
    if (token === null) return;
    const held =
      token.tenant === null ? ofOperators.hold("", 0, limits.total) : ofTenants.hold(token.tenant, 0, limits.tenant);
    request.held = held;
    reply.raw.once("close", () => held[Symbol.dispose]());
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const bytes = typeof payload === "string" || Buffer.isBuffer(payload) ? payload.length : 0;
    if (bytes < SMALL_ANSWER_BYTES) return;
    count(request, bytes);
    reply.raw.setTimeout(IDLE_MS, () => reply.raw.destroy());
  });
  return count;
}
