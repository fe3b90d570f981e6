/**
 * One worker thread with slots. It is a piscina of one thread, so the pool decides which thread runs a step and which ends.
 * piscina's task is the whole life of the thread: it serves the rings (step-channel.ts), by which steps come and go.
 */
import { Piscina } from "piscina";
import type { SlotProgram, SlotStep, StepResult } from "../protocol/slot-step.ts";
import type { ServeTask } from "../protocol/step-messages.ts";
import type { Doorbell } from "../rings/doorbell.ts";
import { givePriority, type Priority } from "../threads/priority.ts";
import { threadControl } from "../threads/thread-control.ts";
import type { Hello, SlotWorkerData } from "../worker/slot-worker.ts";
import { type CodeOf, type OnStepEnd, StepChannel } from "./step-channel.ts";
import { ThreadCpu } from "./thread-cpu.ts";

/**
 * MB of a worker's V8 heap. Linear memories lie outside of it, but a tenant can fill it with a response of very many
 * headers. A worker whose heap is full is ended and replaced, while the process goes on.
 */
export const WORKER_HEAP_MB = 512;

const hello: Hello = { kind: "hello" };

export class SlotThread {
  readonly #piscina: Piscina<Hello | ServeTask, number | null>;
  readonly #bell: Doorbell;
  readonly #channel: StepChannel;
  readonly #onFault: (error: unknown) => void;
  /** Linux's number of the thread; null if the system has no control of single threads. */
  #number: number | null = null;
  #cpu = new ThreadCpu(null);
  /** The thread's priority. Where the system has no control of single threads, only the pool tells priorities apart. */
  priority: Priority;
  #end: Promise<void> | null = null;
  /** The reason why the thread runs no more steps. */
  #lost: unknown = null;

  /**
   * The thread begins to start: `start` waits for it.
   *
   * @param priority the priority with which the thread starts
   * @param bell rings when the thread has something to collect
   * @param codeOf gives the compiled functions of large programs
   * @param onFault receives failures in the thread that belong to no step
   * @throws the error that keeps the system from making a thread
   */
  constructor(
    data: Omit<SlotWorkerData, "priority">,
    priority: Priority,
    bell: Doorbell,
    codeOf: CodeOf,
    onFault: (error: unknown) => void,
  ) {
    this.priority = priority;
    const workerData: SlotWorkerData = { ...data, priority };
    this.#bell = bell;
    this.#channel = new StepChannel(bell.buffer, codeOf);
    this.#onFault = onFault;
    this.#piscina = new Piscina({
      filename: new URL("../worker/slot-worker-entry.ts", import.meta.url).href,
      minThreads: 1,
      maxThreads: 1,
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
      workerData,
    });
    // Without a listener the event would end the process. The step that runs is told by the end of piscina's task.
    this.#piscina.on("error", onFault);
  }

  /** Waits until the thread has loaded. @throws the error that keeps the thread from starting, or its end */
  async start(): Promise<void> {
    this.#number = await this.#piscina.run(hello);
    this.#cpu = new ThreadCpu(this.#number);
    void this.#serve();
  }

  get cpu(): ThreadCpu {
    return this.#cpu;
  }

  /** Whether the program of the step that runs has begun. Before that, the thread prepares its memory for the program. */
  get programRuns(): boolean {
    return this.#channel.hasBegun;
  }

  /** Begins a step. Those before must have ended. `onEnd` is called once, also if the thread is lost. */
  begin(step: SlotStep, onEnd: OnStepEnd): void {
    if (this.#lost !== null) {
      onEnd(this.#lost, null);
      return;
    }
    this.#channel.send(step, onEnd);
    this.#bell.expect();
  }

  /**
   * Gives the thread a step to run after the steps that it has, if `StepChannel.sendAhead` takes the step. If the
   * thread is lost before the step begins, `onEnd` is not called.
   *
   * @returns whether the thread has the step
   */
  beginAfter(step: SlotStep, onEnd: OnStepEnd): boolean {
    return this.#lost === null && this.#channel.sendAhead(step, onEnd);
  }

  /** Takes back all steps behind the one that runs. @returns false if the thread has gone on to the next one meanwhile */
  takeBack(): boolean {
    return this.#channel.takeBack();
  }

  /** Begins a step and waits for its end. @throws if the step cannot be run */
  run(step: SlotStep): Promise<StepResult> {
    return new Promise((resolve, reject) => {
      this.begin(step, (error, result) => (result === null ? reject(error) : resolve(result)));
    });
  }

  /** Has the thread drop what it keeps of programs. A step that runs goes on. */
  forget(which: (program: SlotProgram) => boolean): void {
    if (this.#lost === null) this.#channel.forget(which);
  }

  /** Takes what the thread has sent. @returns whether there was anything */
  collect(): boolean {
    try {
      return this.#channel.collect();
    } catch (error) {
      // The thread's next messages cannot be understood either.
      this.#onFault(error);
      void this.end();
      return true;
    }
  }

  /** @returns whether the thread has the priority now. To raise it, the process needs rights */
  setPriority(priority: Priority): boolean {
    const set = () => givePriority(threadControl()!, this.#number!, priority);
    if (this.#number === null || this.priority === priority || set()) this.priority = priority;
    return this.priority === priority;
  }

  /** Drops the steps under way. They get no end any more. */
  forgetSteps(): void {
    this.#channel.close();
  }

  /** Ends the thread, even if it is busy. Its step is rejected at once. The promise resolves when the thread has ended. */
  end(): Promise<void> {
    this.#end ??= this.#piscina.destroy();
    return this.#end;
  }

  /** Gives the thread its only task. It has no end of its own, so the thread is lost when the task ends. */
  async #serve(): Promise<void> {
    const { task } = this.#channel;
    try {
      // piscina derives this type from an overload of postMessage that takes no list.
      await this.#piscina.run(task, { transferList: [task.port] as never });
    } catch (error) {
      // Messages that the thread has sent before its end count.
      this.collect();
      this.#lost = error;
      this.#channel.lose(error);
    }
  }
}
