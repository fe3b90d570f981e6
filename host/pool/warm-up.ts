/**
 * The first requests of a program that brings machine code. V8's first code of a function is slow (its baseline compiler
 * makes it), and a hot function gets better code only while it is in use. A program that needs 40 ms once it is warm may
 * need 100 before. Were it ended each time at a limit of 50 ms, it could never become warm.
 *
 * So a version has, once in each process, some CPU time beyond its limits, for its first requests.
 */
import { LRUCache } from "lru-cache";

/** CPU time that the first requests may take together beyond the limits of each, ms. */
const BEYOND_MS = 500;
/** Requests after which a version is warm. */
const REQUESTS = 50;
/** Versions whose first requests are remembered. A forgotten version begins anew. */
const VERSIONS = 10_000;

export interface WarmUp {
  /** CPU time that a request may take now beyond its limit, ms. */
  readonly leftMs: number;
  /** Takes in a request that has ended. @param cpuMs its CPU time @param limitMs the limit of it */
  requestEnded(cpuMs: number, limitMs: number): void;
}

/** The warm-up of programs that need no time beyond their limits. */
export const warm: WarmUp = { leftMs: 0, requestEnded: () => {} };

class FirstRequests implements WarmUp {
  leftMs = BEYOND_MS;
  #ended = 0;

  requestEnded(cpuMs: number, limitMs: number): void {
    this.#ended++;
    this.leftMs = this.#ended < REQUESTS ? Math.max(0, this.leftMs - Math.max(0, cpuMs - limitMs)) : 0;
  }
}

const versions = new LRUCache<string, WarmUp>({ max: VERSIONS });

/** @param version a text that names tenant and version */
export function warmUpOf(version: string): WarmUp {
  let warmUp = versions.get(version);
  if (warmUp === undefined) {
    warmUp = new FirstRequests();
    versions.set(version, warmUp);
  }
  return warmUp;
}
