/** The slots of one worker: which one a step runs in. */
import type { WorkerBindings } from "../bindings/worker-bindings.ts";
import { BaseImage, type MemoryStrategy } from "../memory/index.ts";
import type { RuntimeHandle } from "./runtime-handle.ts";
import { Slot } from "./slot.ts";

interface Seat {
  slot: Slot;
  /** Key of the tenant image that ran here last. */
  tenant: string;
  lastUsed: number;
}

interface RuntimeSeats {
  handle: RuntimeHandle;
  base: BaseImage;
  seats: Seat[];
}

export class Slots {
  readonly #runtimes = new Map<string, RuntimeSeats>();
  readonly #perRuntime: number;
  readonly #strategy: MemoryStrategy;
  readonly #bindings: WorkerBindings;
  #clock = 0;

  /** @param perRuntime most slots kept for one runtime */
  constructor(
    runtimes: readonly RuntimeHandle[],
    perRuntime: number,
    strategy: MemoryStrategy,
    bindings: WorkerBindings,
  ) {
    this.#bindings = bindings;
    this.#perRuntime = perRuntime;
    this.#strategy = strategy;
    for (const handle of runtimes) {
      const base = BaseImage.open(handle.base);
      // The first slot at once: a spare worker that takes over should not have to make one.
      const slot = new Slot(handle, base, strategy, bindings);
      this.#runtimes.set(handle.key, { handle, base, seats: [{ slot, tenant: "", lastUsed: 0 }] });
    }
  }

  /** The slot where this tenant ran last; else a new one, while there is room; else the one that was idle longest. */
  take(runtimeKey: string, tenant: string): Slot {
    const runtime = this.#runtimes.get(runtimeKey);
    if (runtime === undefined) throw new Error(`this worker has no runtime ${runtimeKey}`);
    const { seats } = runtime;
    let seat = seats.find((candidate) => candidate.tenant === tenant);
    if (seat === undefined && seats.length < this.#perRuntime) {
      seat = { slot: new Slot(runtime.handle, runtime.base, this.#strategy, this.#bindings), tenant, lastUsed: 0 };
      seats.push(seat);
    }
    seat ??= seats.reduce((oldest, candidate) => (candidate.lastUsed < oldest.lastUsed ? candidate : oldest));
    seat.tenant = tenant;
    seat.lastUsed = ++this.#clock;
    return seat.slot;
  }

  /** Throws a slot away whose state is in doubt; the next step gets a fresh instance. */
  discard(slot: Slot): void {
    const runtime = this.#runtimes.get(slot.runtime.key);
    if (runtime) runtime.seats = runtime.seats.filter((seat) => seat.slot !== slot);
  }
}
