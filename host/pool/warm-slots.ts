import type { SlotProgram, SlotStep } from "../protocol/slot-step.ts";
import { HOST } from "./running-step.ts";
import type { SlotPool } from "./slot-pool.ts";

/** Requests of each program before a host serves: each function that every request calls has code then. */
const BEFORE = 10;
/** Requests while it serves: enough for the optimizing compiler to have seen the switch and the call. */
const BEHIND = 190;

/**
 * Runs a runtime's own program (deploy/warm-up.ts) on all threads. V8 shares the code among them.
 *
 * @returns the rest of the work, to be called when the host serves
 */
export async function warmSlots(slots: SlotPool, program: SlotProgram): Promise<() => Promise<void>> {
  const step: SlotStep = {
    program,
    limits: program.limits,
    input: {
      kind: "start",
      request: { method: "POST", uri: "http://warm-up/", headers: [["accept", "*/*"]], body: new Uint8Array(64) },
    },
  };
  const lane = async (requests: number) => {
    for (let i = 0; i < requests; i++) {
      const { outcome } = await slots.run(HOST, step);
      if (outcome.tag !== "response") throw new Error(`the warm-up of ${program.runtime}: ${JSON.stringify(outcome)}`);
    }
  };
  const run = async (requests: number) => {
    await Promise.all(Array.from({ length: slots.workers }, () => lane(Math.ceil(requests / slots.workers))));
  };
  await run(BEFORE);
  // Threads that start later get the step only now, so that a program that does not run is not given to them.
  slots.warmThreadsWith(step);
  return () => run(BEHIND);
}
