/**
 * How many calls of the admin API a token has. The API and the visitors' ingress share a thread, and a change waits for the
 * disk in it, so that calls without end would be the visitors' waits.
 */
import type { FastifyReply } from "fastify";
import { LRUCache } from "lru-cache";
import { plinthError } from "../errors.ts";
import type { Token } from "../store/store.ts";

/** Calls a second. */
export interface CallRates {
  /** Calls of all tokens of a tenant together. */
  readonly tenant: number;
  /** Calls of each of the operator's tokens. */
  readonly operator: number;
}

/** A token that has been silent may call this many seconds' worth at once. */
const BURST_SECONDS = 5;

interface Account {
  calls: number;
  /** ms of a clock that does not go back. */
  filledAt: number;
}

export class CallAllowances {
  readonly #rates: CallRates;
  /** An account that is thrown out for lack of room begins anew, and full. */
  readonly #accounts = new LRUCache<string, Account>({ max: 10_000 });

  constructor(rates: CallRates) {
    this.#rates = rates;
  }

  /** @throws PLINTH_ADMIN_RATE */
  take({ id, tenant }: Token, reply: FastifyReply, now = performance.now()): void {
    const rate = tenant === null ? this.#rates.operator : this.#rates.tenant;
    const whose = tenant === null ? `token ${id}` : `tenant ${tenant}`;
    const { calls, filledAt } = this.#accounts.get(whose) ?? { calls: rate * BURST_SECONDS, filledAt: now };
    const filled = Math.min(calls + ((now - filledAt) / 1000) * rate, rate * BURST_SECONDS);
    const left = filled < 1 ? filled : filled - 1;
    this.#accounts.set(whose, { calls: left, filledAt: now });
    if (filled >= 1) return;
    reply.header("retry-after", String(Math.ceil((1 - filled) / rate)));
    throw plinthError("PLINTH_ADMIN_RATE", [rate], { details: { limit: rate } });
  }
}
