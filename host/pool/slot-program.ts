import type { SlotProgram } from "../protocol/slot-step.ts";
import { grantsJson } from "./grants-json.ts";
import { stepLimits } from "./step-limits.ts";
import type { SlimTarget } from "./target.ts";
import { type WarmUp, warm, warmUpOf } from "./warm-up.ts";

/** The parts that all requests to a target share. */
export interface RunnableProgram {
  /** The program by whose identity a thread knows it. It changes with the CPU time beyond the limit. */
  readonly program: SlotProgram;
  readonly warmUp: WarmUp;
  /** CPU time beyond the tenant's limit that `program.limits` includes, ms. */
  readonly beyondMs: number;
}

/** Programs by the identity of their targets, which are kept. */
const known = new WeakMap<SlimTarget, RunnableProgram>();

export function slotProgram(target: SlimTarget): RunnableProgram {
  let runnable = known.get(target);
  if (runnable === undefined || runnable.beyondMs !== runnable.warmUp.leftMs) {
    runnable = makeProgram(target);
    known.set(target, runnable);
  }
  return runnable;
}

function makeProgram(target: SlimTarget): RunnableProgram {
  const { tenant, version, runtime, image, glue, grants, limits } = target;
  const warmUp = image.functions === null ? warm : warmUpOf(`${tenant}/${version}`);
  const beyondMs = warmUp.leftMs;
  const program = {
    runtime,
    image,
    reuse: target.reuse ? `${tenant}/${version}` : null,
    glue,
    grants: grantsJson(grants),
    limits: stepLimits({ ...limits, cpuMs: limits.cpuMs + beyondMs }),
  };
  return { program, warmUp, beyondMs };
}
