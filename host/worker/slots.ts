/** The slots of one worker, and the choice of one for each step. */
import { LRUCache } from "lru-cache";
import type { WorkerBindings } from "../bindings/worker-bindings.ts";
import { BaseImage, type MemoryStrategy } from "../memory/index.ts";
import type { RuntimeHandle } from "./runtime-handle.ts";
import { Slot } from "./slot.ts";

interface RuntimeSlots {
  handle: RuntimeHandle;
  base: BaseImage;
  /** Slots by the tenant image that ran there last: its key, or the tenant and version of isolation "reuse". */
  slots: LRUCache<string, Slot>;
}

export class Slots {
  readonly #runtimes = new Map<string, RuntimeSlots>();
  readonly #perRuntime: number;
  readonly #strategy: MemoryStrategy;
  readonly #bindings: WorkerBindings;

  /** @param perRuntime the most slots for one runtime */
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
      // The first slot is made at once, so that a spare worker that takes over need not make one.
      const slot = new Slot(handle, base, strategy, bindings);
      const slots = new LRUCache<string, Slot>({ max: perRuntime });
      slots.set("", slot);
      this.#runtimes.set(handle.key, { handle, base, slots });
    }
  }

  /**
   * Takes the slot where this tenant ran last. Without one it takes a new slot while there is room, and then the slot
   * that was idle longest.
   */
  take(runtimeKey: string, tenant: string): Slot {
    const runtime = this.#runtimes.get(runtimeKey);
    if (runtime === undefined) throw new Error(`this worker has no runtime ${runtimeKey}`);
    const { handle, base, slots } = runtime;
    const last = slots.get(tenant);
    if (last !== undefined) return last;
    const idle = slots.size < this.#perRuntime ? undefined : slots.pop();
    const slot = idle ?? new Slot(handle, base, this.#strategy, this.#bindings);
    slots.set(tenant, slot);
    return slot;
  }

  /** Throws away a slot whose state is in doubt. The next step gets a fresh instance. */
  discard(slot: Slot): void {
    const slots = this.#runtimes.get(slot.runtime.key)?.slots;
    for (const [tenant, kept] of slots?.entries() ?? []) if (kept === slot) slots?.delete(tenant);
  }
}
