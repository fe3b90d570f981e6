import type { SlotProgram } from "../protocol/slot-step.ts";
import { grantsJson } from "./grants-json.ts";
import { stepLimits } from "./step-limits.ts";
import type { SlimTarget } from "./target.ts";

/** Programs by the identity of their targets: targets are kept, and threads know a program by its identity. */
const known = new WeakMap<SlimTarget, SlotProgram>();

/** What a target's requests have in common. */
export function slotProgram(target: SlimTarget): SlotProgram {
  let program = known.get(target);
  if (program === undefined) {
    const { tenant, version, runtime, image, glue, grants, limits } = target;
    program = {
      runtime,
      image,
      reuse: target.reuse ? `${tenant}/${version}` : null,
      glue,
      grants: grantsJson(grants),
      limits: stepLimits(limits),
    };
    known.set(target, program);
  }
  return program;
}
