/** One worker thread of the pool for static programs. It is a piscina of one thread, in which requests overlap. */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import type {
  FromStaticWorker,
  PassedCall,
  StaticCompiled,
  StaticHello,
  StaticResult,
  StaticStep,
  StaticWaits,
} from "../protocol/static-step.ts";
import { givePriority } from "../threads/priority.ts";
import { threadControl } from "../threads/thread-control.ts";
import type { StaticWorkerData } from "../worker/static-worker.ts";
import { WORKER_HEAP_MB } from "./slot-thread.ts";
import type { StaticRun } from "./static-run.ts";

export interface StaticThreadEvents {
  /** The thread has loaded. */
  onReady(thread: StaticThread): void;
  /** A request waits for the first time or again. */
  onWait(thread: StaticThread, message: StaticWaits): void;
  /** The thread has compiled a program. */
  onCompiled(program: StaticCompiled): void;
  onCall(call: PassedCall): void;
  /** Receives failures in the thread that belong to no request. */
  onFault(error: unknown): void;
}

export class StaticThread {
  /** The requests that have begun in the thread and have not ended, by their numbers. */
  readonly runs = new Map<number, StaticRun>();
  /** The request that has begun and has neither ended nor waited yet. */
  beginning: StaticRun | null = null;
  isReady = false;
  /** The thread is of the slow lane. */
  lowered = false;
  readonly #piscina: Piscina<StaticStep | StaticHello, StaticResult | number>;
  readonly #port: MessagePort;
  #end: Promise<void> | null = null;
  /** Linux's number of the thread; 0 if the system has no control of single threads. */
  #number = 0;

  constructor(workerData: StaticWorkerData, concurrency: number, events: StaticThreadEvents) {
    this.#piscina = new Piscina({
      filename: new URL("../worker/static-worker.ts", import.meta.url).href,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: concurrency + 1,
      // A worker that waits in Atomics.wait would stall the timers of suspended requests.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
      workerData,
    });
    // Workers post only these calls and the results of steps.
    this.#piscina.on("message", (call: PassedCall) => events.onCall(call));
    // Without a listener the event would end the host. It comes from a worker that fails between two requests, and for
    // the result of a request that has been ended.
    this.#piscina.on("error", (error: unknown) => events.onFault(error));
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on("message", (message: FromStaticWorker) => {
      if (message.kind === "waits") events.onWait(this, message);
      else events.onCompiled(message);
    });
    port1.unref();
    void this.#start(port2, events);
  }

  /** Ids of the thread for the watchdog's table, also while it starts. */
  get ids(): number[] {
    return this.#piscina.threads.map(({ threadId }) => threadId);
  }

  async run(step: StaticStep): Promise<StaticResult> {
    return (await this.#piscina.run(step)) as StaticResult;
  }

  /** Ends a request where it waits, or when it waits next. */
  endRequest(step: number): void {
    this.#port.postMessage(step);
  }

  lowerPriority(): void {
    this.lowered = true;
    if (this.#number !== 0) givePriority(threadControl()!, this.#number, "low");
  }

  /** Gives the thread its first priority again, for which the process needs rights. Without them it stays lowered. */
  restorePriority(): void {
    if (this.#number !== 0 && givePriority(threadControl()!, this.#number, "reduced")) this.lowered = false;
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  /** Ends the thread, even if it is busy. Its requests are rejected. The promise resolves when the thread has ended. */
  end(): Promise<void> {
    if (this.#end === null) {
      this.#port.close();
      this.#end = this.#piscina.destroy();
    }
    return this.#end;
  }

  async #start(port: MessagePort, events: StaticThreadEvents): Promise<void> {
    try {
      // piscina derives this type from an overload of postMessage that takes no list.
      const transferList = [port] as never;
      this.#number = (await this.#piscina.run({ kind: "hello", port }, { transferList })) as number;
      // A request to a static program takes milliseconds, so that slim programs of known tenants come first.
      if (this.#number !== 0) givePriority(threadControl()!, this.#number, "reduced");
      this.isReady = true;
      if (this.lowered) this.lowerPriority();
    } catch (error) {
      if (!this.ended) events.onFault(error);
      void this.end();
    }
    events.onReady(this);
  }
}
