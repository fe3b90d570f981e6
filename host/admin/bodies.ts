/**
 * What the bodies of requests and answers of the admin API take in memory. Each route limits one body; here is what bounds
 * many at once: tokens are in the hands of tenants, too.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { MIB } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import { HeldMemory } from "../fairness/held-memory.ts";

/** Bytes of the bodies of one tenant's requests under way. */
const TENANT_BYTES = 64 * MIB;
/** Bytes of all tenants' requests. The operator's requests have as many again, so that they need not wait for tenants. */
const TOTAL_BYTES = 256 * MIB;
/** Answers smaller than this fit into the system's socket buffers. */
const SMALL_ANSWER_BYTES = 64 * 1024;
/** Longest time that a client may take none of a larger answer, ms. */
const IDLE_MS = 60_000;

/** After `enforceAccess`. @param largestBytes of a single body: there is always room for one */
export function boundBodies(app: FastifyInstance, largestBytes: number): void {
  const limits = { tenant: Math.max(TENANT_BYTES, largestBytes), total: Math.max(TOTAL_BYTES, largestBytes) };
  const ofTenants = new HeldMemory(limits.total);
  const ofOperators = new HeldMemory(limits.total);

  const hold = ({ token }: FastifyRequest, reply: FastifyReply, bytes: number) => {
    if (bytes === 0 || token === null) return;
    try {
      const held =
        token.tenant === null
          ? ofOperators.hold("", bytes, limits.total)
          : ofTenants.hold(token.tenant, bytes, limits.tenant);
      reply.raw.once("close", () => held[Symbol.dispose]());
    } catch (cause) {
      throw plinthError("PLINTH_BODIES", [], { cause });
    }
  };
  app.addHook("onRequest", async (request, reply) => {
    const { headers, routeOptions } = request;
    const limit = routeOptions.bodyLimit ?? 0;
    const chunked = headers["transfer-encoding"] !== undefined;
    hold(request, reply, chunked ? limit : Math.min(Number(headers["content-length"] ?? 0), limit));
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const bytes = typeof payload === "string" || Buffer.isBuffer(payload) ? payload.length : 0;
    if (bytes < SMALL_ANSWER_BYTES) return;
    hold(request, reply, bytes);
    reply.raw.setTimeout(IDLE_MS, () => reply.raw.destroy());
  });
}
