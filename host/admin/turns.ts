/**
 * Shares the main thread between the admin API and the visitors. A call parses its body, looks into SQLite and waits for
 * the disk in this thread, so calls run one at a time, and after each of them the thread is the visitors' for three times
 * as long. The next call is that of the tenant whose calls have taken the least time lately.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { TimedTurns } from "../fairness/timed-turns.ts";
import type { CallAllowances } from "./rates.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The call's turn; null before it has one. */
    turn: Turn | null;
  }
}

/** Time for the visitors after a call, as a multiple of the call's. */
const REST = 3;
/** A shorter rest is left out, ms. It stays owed, because a timer's shortest time is long beside a short call. */
const SLACK_MS = 5;

/** All the operator's tokens are one party. No tenant has an empty name. */
const OPERATOR = "";

/** Call it after `enforceAccess`. Calls without a token take no turns, because they do next to nothing. */
export function takeTurns(app: FastifyInstance, allowances: CallAllowances): void {
  const turns = new AdminTurns();
  app.decorateRequest("turn", null);

  const enter = async (request: FastifyRequest): Promise<void> => {
    const { token } = request;
    if (token === null || request.turn !== null) return;
    request.turn = await turns.enter(token.tenant ?? OPERATOR, (cpuMs) => allowances.charge(token, cpuMs));
  };
  const parse = app.getDefaultJsonParser("error", "error");
  // The turn begins when the text is there, so no client decides how long it lasts, and before the text is parsed.
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    enter(request).then(() => void parse(request, body, done), done);
  });
  app.addHook("preValidation", enter);
  app.addHook("onRoute", (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      try {
        return handler.call(this, request, reply);
      } finally {
        request.turn?.pause();
      }
    };
  });
  app.addHook("preSerialization", async (request) => request.turn?.goOn());
  app.addHook("onSend", async (request) => request.turn?.pause());
}

class AdminTurns {
  readonly #turns = new TimedTurns();
  /** The time by which the visitors have had the rest that the calls so far owe them, ms. */
  #paidAt = 0;

  async enter(party: string, charge: (cpuMs: number) => void): Promise<Turn> {
    const place = await this.#turns.enter(party);
    const turn = new Turn(charge, (wallMs) => this.#rest(wallMs));
    // By then the call has done its work, or waits for another thread. It gives up the place in either case.
    setImmediate(() => {
      const restMs = turn.end();
      if (restMs === 0) place[Symbol.dispose]();
      else setTimeout(() => place[Symbol.dispose](), restMs).unref();
    });
    return turn;
  }

  /** @returns ms to wait before the next call */
  #rest(spentMs: number): number {
    const now = performance.now();
    this.#paidAt = Math.max(this.#paidAt, now) + REST * spentMs;
    const owedMs = this.#paidAt - now;
    return owedMs > SLACK_MS ? owedMs : 0;
  }
}

/** Measures a call's time in this thread. The time in which it waits for a deploy or KV's writer does not count. */
class Turn {
  readonly #charge: (cpuMs: number) => void;
  readonly #rest: (wallMs: number) => number;
  #began: { readonly at: number; readonly cpu: number } | null = null;
  #wallMs = 0;
  #isOver = false;

  /**
   * @param charge takes the CPU time of each part, ms
   * @param rest takes the time that passed, and gives the rest that follows, ms
   */
  constructor(charge: (cpuMs: number) => void, rest: (wallMs: number) => number) {
    this.#charge = charge;
    this.#rest = rest;
    this.goOn();
  }

  goOn(): void {
    this.#began ??= { at: performance.now(), cpu: threadCpuMs() };
  }

  pause(): void {
    if (this.#began === null) return;
    this.#wallMs += performance.now() - this.#began.at;
    this.#charge(threadCpuMs() - this.#began.cpu);
    this.#began = null;
    // An answer that is written after the turn counts, too: the next call's rest is longer.
    if (this.#isOver) this.end();
  }

  /** @returns the rest that follows, ms */
  end(): number {
    this.pause();
    this.#isOver = true;
    const wallMs = this.#wallMs;
    this.#wallMs = 0;
    return this.#rest(wallMs);
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
