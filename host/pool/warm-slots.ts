import type { SlotProgram, SlotStep } from "../protocol/slot-step.ts";
import { HOST } from "./running-step.ts";
import type { SlotPool } from "./slot-pool.ts";

/** Requests run for each program: enough for the optimizing compiler to have seen the switch and the call. */
const REQUESTS = 200;

/** Runs a runtime's own program (deploy/warm-up.ts) on all threads. V8 shares the code among them. */
export async function warmSlots(slots: SlotPool, program: SlotProgram): Promise<void> {
  const step: SlotStep = {
    program,
    limits: program.limits,
    input: {
      kind: "start",
      request: { method: "POST", uri: "http://warm-up/", headers: [["accept", "*/*"]], body: new Uint8Array(64) },
    },
  };
  slots.warmThreadsWith(step);
  const lane = async () => {
    for (let i = 0; i < REQUESTS / slots.workers; i++) {
      const { outcome } = await slots.run(HOST, step);
      if (outcome.tag !== "response") throw new Error(`the warm-up of ${program.runtime}: ${JSON.stringify(outcome)}`);
    }
  };
  await Promise.all(Array.from({ length: slots.workers }, lane));
}
