/** The threads that run no step, by priority, and which of them a lane takes. */

import type { Priority } from "../threads/priority.ts";
import type { Lane } from "./lanes.ts";
import type { SlotThread } from "./slot-thread.ts";

type Order = readonly Priority[];

/** The priorities of a lane's threads, best first. */
const usualOrders: Record<Lane, Order> = {
  express: ["usual", "reduced"],
  fast: ["reduced", "usual"],
  trial: ["reduced", "usual"],
  slow: ["low", "reduced", "usual"],
};

/** While many threads are lost, a trial does not cost a thread of usual priority. */
const trialOrderInLosses: Order = ["reduced", "low"];

export class IdleThreads {
  readonly #threads: Record<Priority, Set<SlotThread>> = { usual: new Set(), reduced: new Set(), low: new Set() };

  get size(): number {
    return this.ready + this.low;
  }

  /** Number of threads that any lane can use. */
  get ready(): number {
    return this.#threads.usual.size + this.#threads.reduced.size;
  }

  /** Number of threads that stand by for the slow lane. */
  get low(): number {
    return this.#threads.low.size;
  }

  /** Those of low priority come last. */
  *[Symbol.iterator](): Iterator<SlotThread> {
    const { usual, reduced, low } = this.#threads;
    yield* reduced;
    yield* usual;
    yield* low;
  }

  add(thread: SlotThread): void {
    this.#threads[thread.priority].add(thread);
  }

  delete(thread: SlotThread): void {
    for (const threads of Object.values(this.#threads)) threads.delete(thread);
  }

  /**
   * @param leave number of threads of usual and reduced priority that the lane has to leave to others
   * @param inLosses whether many threads are lost at the moment
   * @returns whether `take` finds a thread
   */
  has(lane: Lane, leave: number, inLosses: boolean): boolean {
    const mayTakeReady = this.ready > leave;
    return orderOf(lane, inLosses).some((one) => this.#threads[one].size > 0 && (one === "low" || mayTakeReady));
  }

  /**
   * Takes a thread out. The arguments are those of `has`, which has said that there is one.
   *
   * @param last the thread to take if it is as good as another
   */
  take(lane: Lane, leave: number, inLosses: boolean, last: SlotThread | undefined): SlotThread {
    const mayTakeReady = this.ready > leave;
    const order = orderOf(lane, inLosses).filter((one) => one === "low" || mayTakeReady);
    const best = order.find((one) => this.#threads[one].size > 0)!;
    // Beside threads that are lost, the priority counts. Otherwise the program finds its image where it ran last.
    const good = inLosses || best === "low" ? [best] : order.filter((one) => one !== "low");
    const isGood = last !== undefined && good.some((one) => this.#threads[one].has(last));
    const [first] = this.#threads[best];
    const thread = isGood ? last : first!;
    this.delete(thread);
    return thread;
  }
}

function orderOf(lane: Lane, inLosses: boolean): Order {
  return lane === "trial" && inLosses ? trialOrderInLosses : usualOrders[lane];
}
