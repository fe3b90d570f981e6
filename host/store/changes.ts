import type { TenantName } from "./names.ts";
import type { Change, ChangeKind } from "./store.ts";

type Listener = (change: Change) => void;

/** Tells listeners of committed changes. */
export class Changes {
  readonly #listeners = new Set<Listener>();

  /** @returns a function that ends the subscription */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(tenant: TenantName, kinds: readonly ChangeKind[]): void {
    for (const kind of kinds) for (const listener of [...this.#listeners]) tell(listener, { tenant, kind });
  }
}

/**
 * Calls a listener. The write is durable and must not be reported as failed, so the process's handler gets a listener's
 * error.
 */
function tell(listener: Listener, change: Change): void {
  try {
    listener(change);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
