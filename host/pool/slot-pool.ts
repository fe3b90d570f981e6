/**
 * The pool of worker threads with slots: runs steps, one at a time per worker.
 *
 * Steps wait in a queue of our own, fair among tenants; piscina gets a step only when a worker is free for it. One worker
 * more than may be busy is kept: when the watchdog ends a worker, the next step starts on the spare at once, and its
 * replacement is made behind it.
 */
import { LRUCache } from "lru-cache";
import { Piscina } from "piscina";
import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { plinthError } from "../errors.ts";
import { FairQueue } from "../fairness/fair-queue.ts";
import type { MemoryStrategy } from "../memory/index.ts";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import { HeartbeatTable } from "../worker/heartbeat.ts";
import type { RuntimeHandle } from "../worker/runtime-handle.ts";
import type { SlotWorkerData } from "../worker/slot-worker.ts";
import { StepIds } from "./step-ids.ts";
import { Watchdog } from "./watchdog.ts";

export interface SlotPoolOptions {
  runtimes: RuntimeHandle[];
  /** Workers that may be busy at once. */
  workers: number;
  /** Ready workers beyond that. */
  spares: number;
  slotsPerRuntime: number;
  memoryStrategy: MemoryStrategy;
  bindings: WorkerBindingsData;
  /** Steps waiting at most, over all tenants. Only the first step of a request is refused; a begun request goes on. */
  queueLimit: number;
  /** Told of what fails in a worker, or comes from it, beside its steps. */
  onFault(error: unknown): void;
}

/** The step ran over its wall-time budget and its worker was ended. */
export class StepEnded extends Error {
  constructor() {
    super("the step ran over its budget and its worker was ended");
    this.name = "StepEnded";
  }
}

/** The worker ended while it had the step, and the watchdog had no part in it. */
export class WorkerLost extends Error {
  /** V8's heap of the worker was full: most likely on account of the step itself. */
  readonly outOfMemory: boolean;

  private constructor(outOfMemory: boolean, cause: Error) {
    super("the worker that ran the step ended", { cause });
    this.name = "WorkerLost";
    this.outOfMemory = outOfMemory;
  }

  /** @returns null where the step has thrown in a worker that is well */
  static from(error: unknown): WorkerLost | null {
    if (!(error instanceof Error)) return null;
    const outOfMemory = (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
    return outOfMemory || error.message.startsWith("worker exited") ? new WorkerLost(outOfMemory, error) : null;
  }
}

interface Waiting {
  tenant: string;
  step: SlotStep;
  resolve(result: StepResult): void;
  reject(error: unknown): void;
}

/** What piscina hands its load balancer of a task: an object under a symbol, which its types do not tell. */
function imageOf(task: object): string {
  const options = (task as Record<symbol, unknown>)[Piscina.queueOptionsSymbol] as { image: string } | null;
  return options?.image ?? "";
}

/**
 * V8 heap of a worker. Linear memories lie outside of it; what a tenant can fill it with is a response made of very many
 * headers. A worker that runs out is ended and replaced, and not the process.
 */
export const WORKER_HEAP_MB = 512;

/** Tenants whose last worker is remembered. */
const AFFINITY_ENTRIES = 10_000;

export class SlotPool {
  readonly #piscina: Piscina<SlotStep, StepResult>;
  readonly #heartbeat: HeartbeatTable;
  readonly #watchdog: Watchdog;
  readonly #queue = new FairQueue<Waiting>();
  readonly #queueLimit: number;
  /** Workers that may be busy at once. */
  readonly workers: number;
  /** Tenant image -> thread that ran it last: its delta is there, perhaps in a slot still. */
  readonly #lastThread = new LRUCache<string, number>({ max: AFFINITY_ENTRIES });
  #running = 0;
  readonly #ids = new StepIds();
  #closed = false;

  constructor(options: SlotPoolOptions) {
    const threads = options.workers + options.spares;
    // Rows for workers that are being replaced, too.
    this.#heartbeat = new HeartbeatTable(threads * 4);
    const workerData: SlotWorkerData = {
      runtimes: options.runtimes,
      slotsPerRuntime: options.slotsPerRuntime,
      memoryStrategy: options.memoryStrategy,
      heartbeat: this.#heartbeat.buffer,
      bindings: options.bindings,
    };
    this.#piscina = new Piscina({
      filename: new URL("../worker/slot-worker.ts", import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      // Waiting in Atomics.wait instead of the event loop was measured: 3% off the median latency, and a longer tail.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
      workerData,
      loadBalancer: (task, workers) => {
        const image = imageOf(task);
        const idle = workers.filter(
          ({ id, currentUsage, terminating, destroyed }) =>
            currentUsage === 0 && !terminating && !destroyed && !this.#watchdog.isEnding(id),
        );
        const preferred = this.#lastThread.get(image);
        const chosen = idle.find((worker) => worker.id === preferred) ?? idle[0] ?? null;
        if (chosen !== null) this.#lastThread.set(image, chosen.id);
        return chosen;
      },
    });
    // Without a listener it would end the host: a worker that fails between two steps, a result of one that has been ended.
    this.#piscina.on("error", options.onFault);
    this.#watchdog = new Watchdog(this.#heartbeat, () => this.#piscina.threads);
    this.#queueLimit = options.queueLimit;
    this.workers = options.workers;
  }

  /** Resolves when every worker has loaded and stands ready. */
  async ready(): Promise<void> {
    while (this.#piscina.idleThreads + this.#running < this.#piscina.minThreads && !this.#closed) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /**
   * Runs a step.
   *
   * @param tenant whose turn it uses up
   * @param signal takes the step out of the queue; a step that runs is let run to its end
   * @throws PlinthError PLINTH_OVERLOADED where the queue is full and the step is a request's first; PLINTH_SHUTTING_DOWN
   * @throws StepEnded where the watchdog ended it
   */
  run(tenant: string, step: Omit<SlotStep, "id">, signal: AbortSignal): Promise<StepResult> {
    if (this.#closed) return Promise.reject(plinthError("PLINTH_SHUTTING_DOWN"));
    if (step.input.kind !== "resume" && this.#queue.size >= this.#queueLimit) {
      return Promise.reject(plinthError("PLINTH_OVERLOADED"));
    }
    const { promise, resolve, reject } = Promise.withResolvers<StepResult>();
    const waiting: Waiting = { tenant, step: { ...step, id: this.#ids.next() }, resolve, reject };
    const onAbort = () => {
      if (this.#queue.remove(tenant, waiting)) reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return promise;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    this.#queue.push(tenant, waiting);
    this.#pump();
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  /** Ends the workers. Steps that are under way or wait are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watchdog.stop();
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) {
      next.reject(plinthError("PLINTH_SHUTTING_DOWN"));
    }
    await this.#piscina.destroy();
  }

  #pump(): void {
    while (this.#running < this.workers) {
      const waiting = this.#queue.next();
      if (waiting === undefined) break;
      this.#running++;
      this.#watchdog.start();
      void this.#dispatch(waiting);
    }
    if (this.#running === 0) this.#watchdog.stop();
  }

  async #dispatch({ step, resolve, reject }: Waiting): Promise<void> {
    const { input } = step;
    const transferList = input.kind === "resume" ? [input.context.delta.buffer] : [];
    const task = Object.assign(step, { [Piscina.queueOptionsSymbol]: { image: step.image.delta.key } });
    try {
      // piscina derives this type from an overload of postMessage that takes no list.
      resolve(await this.#piscina.run(task, { transferList: transferList as never }));
    } catch (error) {
      if (this.#closed) reject(plinthError("PLINTH_SHUTTING_DOWN", [], { cause: error }));
      else reject(this.#watchdog.hasEnded(step.id) ? new StepEnded() : (WorkerLost.from(error) ?? error));
    } finally {
      this.#running--;
      this.#pump();
    }
  }
}
