/**
 * The linear memories of a request's instance: their size, and their end. V8 frees them when it collects the instance,
 * and a thread that does little but wait seldom collects. So the thread collects when ended instances have left much
 * memory.
 */
import { collectGarbage } from "../memory/index.ts";

/** Bytes left by instances that have ended, at which the thread collects. A collection takes as long as a request. */
const COLLECT_BYTES = 256 << 20;
/** The same bound for a thread that has been idle for a while. */
const COLLECT_IDLE_BYTES = 4 << 20;
/** Time without a request after which a thread counts as idle, ms. */
const IDLE_MS = 100;

let instances = 0;
let leftBytes = 0;
let isCollecting = false;
let idle: NodeJS.Timeout | undefined;

export class InstanceMemory implements Disposable {
  readonly #memories = new Set<WebAssembly.Memory>();

  constructor() {
    instances++;
  }

  /** Adds a memory. A component's modules may export one memory several times. */
  add(memory: WebAssembly.Memory): void {
    this.#memories.add(memory);
  }

  get bytes(): number {
    let bytes = 0;
    for (const memory of this.#memories) bytes += memory.buffer.byteLength;
    return bytes;
  }

  /** Leaves the memories to the collector when the request has ended. */
  [Symbol.dispose](): void {
    instances--;
    leftBytes += this.bytes;
    this.#memories.clear();
    if (leftBytes >= COLLECT_BYTES) collect();
    else if (instances === 0 && leftBytes >= COLLECT_IDLE_BYTES) {
      if (idle === undefined) idle = setTimeout(collectIfIdle, IDLE_MS).unref();
      else idle.refresh();
    }
  }
}

function collectIfIdle(): void {
  if (instances === 0) collect();
}

function collect(): void {
  if (isCollecting) return;
  isCollecting = true;
  // The stack still refers to the instance now. After this turn of the event loop the answer has been posted, too.
  setImmediate(() => {
    isCollecting = false;
    leftBytes = 0;
    collectGarbage();
  });
}
