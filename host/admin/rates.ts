/**
 * Limits how often a token calls the admin API. The API and the visitors' ingress share a thread, and a change waits for
 * the disk in that thread. Without a limit, visitors would wait for endless calls.
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

/** CPU time of this thread that a call may take, ms. Each further piece of this length counts as one more call. */
const CALL_MS = 5;

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
  take(token: Token, reply: FastifyReply, now = performance.now()): void {
    const rate = this.#rateOf(token);
    const filled = this.#filled(token, now);
    this.#accounts.set(ownerOf(token), { calls: filled < 1 ? filled : filled - 1, filledAt: now });
    if (filled >= 1) return;
    reply.header("retry-after", String(Math.ceil((1 - filled) / rate)));
    throw plinthError("PLINTH_ADMIN_RATE", [rate], { details: { limit: rate } });
  }

  /** Charges a call that was let in, once its cost is known. The account may be overdrawn then. */
  charge(token: Token, cpuMs: number, now = performance.now()): void {
    const further = cpuMs / CALL_MS - 1;
    if (further <= 0) return;
    this.#accounts.set(ownerOf(token), { calls: this.#filled(token, now) - further, filledAt: now });
  }

  #rateOf({ tenant }: Token): number {
    return tenant === null ? this.#rates.operator : this.#rates.tenant;
  }

  #filled(token: Token, now: number): number {
    const rate = this.#rateOf(token);
    const { calls, filledAt } = this.#accounts.get(ownerOf(token)) ?? { calls: rate * BURST_SECONDS, filledAt: now };
    return Math.min(calls + ((now - filledAt) / 1000) * rate, rate * BURST_SECONDS);
  }
}

function ownerOf({ id, tenant }: Token): string {
  return tenant === null ? `token ${id}` : `tenant ${tenant}`;
}
