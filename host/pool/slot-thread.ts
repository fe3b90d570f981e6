/**
 * One worker thread with slots: a piscina of one, so that the pool says which thread runs which step, and which one ends.
 */
import { Piscina } from "piscina";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import { threadControl } from "../threads/thread-control.ts";
import type { Hello, SlotWorkerData } from "../worker/slot-worker.ts";

/**
 * V8 heap of a worker. Linear memories lie outside of it; what a tenant can fill it with is a response made of very many
 * headers. A worker that runs out is ended and replaced, and not the process.
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
  /** Linux's number of the thread; null where threads cannot be told apart from outside. */
  #number: number | null = null;
  /** Its priority has been lowered. */
  lowered = false;
  #ended = false;

  /**
   * @param onFault told of what fails in the thread beside its steps
   * @throws whatever keeps the thread from starting
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

  /** CPU time of the thread since it began, ms; null where it cannot be read. */
  cpuMs(): number | null {
    return this.#number === null ? null : (threadControl()?.cpuMs(this.#number) ?? null);
  }

  lowerPriority(): void {
    if (this.#number !== null) this.lowered = threadControl()!.setNiceness(this.#number, LOWERED);
  }

  /** @returns whether the thread has its first priority: it takes rights to go back to it */
  restorePriority(): boolean {
    if (this.lowered && threadControl()!.setNiceness(this.#number!, 0)) this.lowered = false;
    return !this.lowered;
  }

  /** Ends the thread, whatever it does. A step that it runs is rejected at once; the promise is for the thread itself. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#piscina.destroy();
  }
}
