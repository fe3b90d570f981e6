/**
 * Stacks as the tenants' authors know them, by the source maps of their components. A tenant can make any map, so maps are
 * read in a thread of their own with a small heap: neither a large map nor a strange one holds up the ingress.
 */
import type { BlobRef } from "../protocol/artifact.ts";
import { LoneThread } from "../threads/lone-thread.ts";
import type { MapTask } from "./source-map-worker.ts";

/** Calls of one tenant that may wait for their map. Further texts are left as they are. */
const WAITING_PER_TENANT = 5;
/** MB of the thread's heap. */
const HEAP_MB = 256;
const IDLE_MS = 60_000;

export class SourceMaps implements AsyncDisposable {
  readonly #thread: LoneThread<MapTask, string[]>;
  readonly #waiting = new Map<string, number>();

  /** @param onFault told of failures in the thread beside the mapping */
  constructor(onFault: (error: unknown) => void) {
    const entry = new URL("./source-map-worker.ts", import.meta.url);
    this.#thread = new LoneThread(entry, { idleMs: IDLE_MS, heapMb: HEAP_MB, onFault });
  }

  /** @returns the texts as they are if the map cannot be used */
  async map(tenant: string, texts: readonly string[], map: BlobRef): Promise<readonly string[]> {
    const waiting = this.#waiting.get(tenant) ?? 0;
    if (waiting >= WAITING_PER_TENANT) return texts;
    this.#waiting.set(tenant, waiting + 1);
    const mapped = await this.#thread.call({ texts, map }).catch(() => texts);
    const left = this.#waiting.get(tenant)! - 1;
    if (left === 0) this.#waiting.delete(tenant);
    else this.#waiting.set(tenant, left);
    return mapped;
  }

  /** Answers the calls that wait, and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
  }
}
