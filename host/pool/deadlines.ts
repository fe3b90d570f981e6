/**
 * One timer for the deadlines of all requests. Few deadlines ever pass, so setting one and taking it away has to be cheap:
 * it is an entry in a set. A deadline is told up to TICK_MS late.
 */
const TICK_MS = 20;

/** A deadline that has been set. */
export interface Deadline {
  /** Time of the process's clock after which the deadline has passed, in ticks. */
  readonly tick: number;
  onPassed(): void;
}

const NONE: ReadonlySet<Deadline> = new Set();

export class Deadlines {
  /** The deadlines by their ticks. */
  readonly #byTick = new Map<number, Set<Deadline>>();
  #timer: NodeJS.Timeout | undefined;
  /** The last tick whose deadlines were told. */
  #told = 0;

  /** @param onPassed is called once, in `ms` or a little later, unless the deadline is cleared before */
  set(ms: number, onPassed: () => void): Deadline {
    const deadline = { tick: 1 + Math.floor((performance.now() + ms) / TICK_MS), onPassed };
    const others = this.#byTick.get(deadline.tick);
    if (others === undefined) this.#byTick.set(deadline.tick, new Set([deadline]));
    else others.add(deadline);
    this.#timer ??= this.#start();
    return deadline;
  }

  clear(deadline: Deadline): void {
    const others = this.#byTick.get(deadline.tick);
    if (others?.delete(deadline) && others.size === 0) this.#byTick.delete(deadline.tick);
  }

  #start(): NodeJS.Timeout {
    this.#told = Math.floor(performance.now() / TICK_MS);
    return setInterval(() => this.#tell(), TICK_MS).unref();
  }

  #tell(): void {
    const now = Math.floor(performance.now() / TICK_MS);
    for (; this.#told < now; this.#told++) {
      // The deadlines stay in the map meanwhile, because one of them may clear another.
      for (const { onPassed } of this.#byTick.get(this.#told + 1) ?? NONE) onPassed();
      this.#byTick.delete(this.#told + 1);
    }
    if (this.#byTick.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
