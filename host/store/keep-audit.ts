import type { Logger } from "pino";
import type { Store } from "./store.ts";

const HOUR_MS = 3_600_000;

/** Removes old entries of the audit log, now and every hour, until the result is disposed of. */
export function keepAudit(store: Store, days: number, logger: Logger): Disposable {
  const prune = () => {
    try {
      store.pruneAudit(new Date(Date.now() - days * 24 * HOUR_MS).toISOString());
    } catch (error) {
      logger.error({ err: error }, "background failure: the audit log");
    }
  };
  prune();
  const timer = setInterval(prune, HOUR_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
