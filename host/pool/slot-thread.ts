/**
 * One worker thread with slots. It is a piscina of one thread, so the pool decides which thread runs a step and which ends.
 */
import { Piscina } from "piscina";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import { threadControl } from "../threads/thread-control.ts";
import type { Hello, SlotWorkerData } from "../worker/slot-worker.ts";

/**
 * MB of a worker's V8 heap. Linear memories lie outside of it, but a tenant can fill it with a response of very many
 * headers. A worker whose heap is full is ended and replaced, while the process goes on.
 */
export const WORKER_HEAP_MB = 512;

/**
 * Niceness of a thread that has run a long step. Beside a busy thread of usual priority it gets a tenth of a processor:
 * little enough that short steps do not feel it, and enough that honest long work beside other processes comes to its end.
 */
const LOWERED = 10;

const hello: Hello = { kind: "hello" };

export class SlotThread {
  readonly #piscina: Piscina<SlotStep | Hello, StepResult | number | null>;
  /** Linux's number of the thread; null if the system has no control of single threads. */
  #number: number | null = null;
  /** The thread's priority has been lowered. */
  lowered = false;
  #ended = false;

  /**
   * @param onFault receives failures in the thread that belong to no step
   * @throws the error that keeps the thread from starting
   */
  static async start(workerData: SlotWorkerData, onFault: (error: unknown) => void): Promise<SlotThread> {
    const thread = new SlotThread(workerData, onFault);
    try {
      thread.#number = (await thread.#piscina.run(hello)) as number | null;
      return thread;
    } catch (error) {
      void thread.end();
      throw error;
    }
  }

  private constructor(workerData: SlotWorkerData, onFault: (error: unknown) => void) {
    this.#piscina = new Piscina({
      filename: new URL("../worker/slot-worker.ts", import.meta.url).href,
      minThreads: 1,
      maxThreads: 1,
      // Waiting in Atomics.wait instead of the event loop was measured: 3% off the median latency, and a longer tail.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
      workerData,
    });
    // Without a listener the event would end the process. The next step finds out that the thread is not there.
    this.#piscina.on("error", onFault);
  }

  async run(step: SlotStep): Promise<StepResult> {
    const { input } = step;
    const transferList = input.kind === "resume" ? [input.context.delta.buffer] : [];
    // piscina derives this type from an overload of postMessage that takes no list.
    return (await this.#piscina.run(step, { transferList: transferList as never })) as StepResult;
  }

  /** CPU time of the thread since it began, ms; null if it cannot be read. */
  cpuMs(): number | null {
    return this.#number === null ? null : (threadControl()?.cpuMs(this.#number) ?? null);
  }

  lowerPriority(): void {
    if (this.#number !== null) this.lowered = threadControl()!.setNiceness(this.#number, LOWERED);
  }

  /** @returns whether the thread has its first priority again, for which the process needs rights */
  restorePriority(): boolean {
    if (this.lowered && threadControl()!.setNiceness(this.#number!, 0)) this.lowered = false;
    return !this.lowered;
  }

  /** Ends the thread, whatever it does. Its step is rejected at once. The promise resolves when the thread has ended. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#piscina.destroy();
  }
}
