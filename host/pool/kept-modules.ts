/**
 * The compiled modules of static programs, which threads have compiled and posted here.
 *
 * V8 keeps the machine code of equal modules once for all threads, as long as one of them has the module. Threads of
 * static programs are ended when a request runs over its CPU time, and when they are idle. Without these references, the
 * next thread would compile a large interpreter anew, for every request of a tenant whose requests are cut.
 */
import { LRUCache } from "lru-cache";

/** Bytes of modules, as they were uploaded, that are kept at most. Machine code takes some times as much. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Time after the last use of a program after which its modules go, ms. */
const KEPT_MS = 60_000;

export class KeptModules {
  readonly #programs: LRUCache<string, readonly WebAssembly.Module[]>;

  constructor({ mostBytes = MOST_BYTES, keptMs = KEPT_MS } = {}) {
    this.#programs = new LRUCache({ maxSize: mostBytes, ttl: keptMs, updateAgeOnGet: true, ttlAutopurge: true });
  }

  /** Keeps a program's modules. @param bytes size of its upload */
  keep(component: string, modules: readonly WebAssembly.Module[], bytes: number): void {
    this.#programs.set(component, modules, { size: Math.max(1, bytes) });
  }

  /** Notes that a program is in use. @returns its modules, if they are kept */
  use(component: string): readonly WebAssembly.Module[] | undefined {
    return this.#programs.get(component);
  }

  clear(): void {
    this.#programs.clear();
  }
}
