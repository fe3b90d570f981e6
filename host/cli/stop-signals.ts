import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Waits for the first SIGINT or SIGTERM. From then on a second one ends the process at once, with the exit code that shells
 * give to a signal: 128 and its number.
 */
export function untilStopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let stopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) process.exit(128 + constants.signals[signal]);
      stopping = true;
      resolve();
    });
  }
  return promise;
}
