/** Runs one step of a request in a slot: switches, calls the guest, and reports how the step ended. */
import type { WorkerBindings } from "../bindings/worker-bindings.ts";
import { BlobCorrupt } from "../blobs/read-blob.ts";
import { Delta } from "../memory/index.ts";
import type { SuspendedContext } from "../protocol/artifact.ts";
import type { OperationEvent, Outcome } from "../protocol/contract.ts";
import { headersToWire } from "../protocol/http.ts";
import { shortened } from "../protocol/log-line.ts";
import type { SlotStep, StepOutcome, StepResult, WireOutcome } from "../protocol/slot-step.ts";
import type { Artifacts } from "./artifacts.ts";
import { firstRequest } from "./first-request.ts";
import { responseTooLarge } from "./response-size.ts";
import type { Slot, SlotState } from "./slot.ts";
import type { Slots } from "./slots.ts";

const EMPTY = new Uint8Array(0);

export async function runStep(
  step: SlotStep,
  slots: Slots,
  artifacts: Artifacts,
  bindings: WorkerBindings,
): Promise<StepResult> {
  const program = programOf(step, artifacts);
  if (program instanceof BlobCorrupt) return corrupt(program);
  const { glue, image, functions } = program;
  const slot = slots.take(step.runtime, step.image.delta.key);
  const { calls } = slot;
  const grants = bindings.open(step.grants);

  const started = performance.now();
  let outcome: StepOutcome;
  let switched = started;
  try {
    if (step.input.kind !== "resume") {
      const { globals, pages } = step.image;
      if (step.reuse !== null && slot.resident === step.reuse) slot.stay(step.limits, grants);
      else slot.switchTo({ layers: image, functions, globals, pages }, step.limits, 1, grants);
      switched = performance.now();
      outcome = conclude(slot.start(glue, firstRequest(step.input)), slot, image, step);
    } else {
      const { context, events } = step.input;
      const state: SlotState = { ...context, functions, layers: [...image, Delta.decode(context.delta)] };
      slot.switchTo(state, step.limits, context.nextOperation, grants);
      switched = performance.now();
      outcome = conclude(slot.resume(glue, events.map(toEvent)), slot, image, step);
    }
  } catch (error) {
    // The switch may have failed half-way, so nothing proves that the slot is clean.
    slots.discard(slot);
    throw error;
  }
  if (outcome.tag === "response" || outcome.tag === "done") slot.resident = step.reuse;
  return {
    outcome,
    timers: [...calls.timers].map(([operation, ms]) => ({ operation, ms })),
    calls: [...calls.calls].map(([operation, frame]) => ({ operation, frame })),
    cancelled: calls.cancelled,
    logs: calls.logs,
    logsDropped: calls.logsDropped,
    cpuMs: calls.cpuMs(),
    switchUs: (switched - started) * 1000,
    stepUs: (performance.now() - started) * 1000,
  };
}

function programOf({ glue, image: { delta, functions } }: SlotStep, artifacts: Artifacts) {
  try {
    return {
      glue: artifacts.glue(glue),
      image: artifacts.image(delta),
      functions: functions === null ? null : artifacts.functions(functions),
    };
  } catch (error) {
    if (error instanceof BlobCorrupt) return error;
    throw error;
  }
}

function corrupt({ blob }: BlobCorrupt): StepResult {
  const nothing = { timers: [], calls: [], cancelled: [], logs: [], logsDropped: 0, cpuMs: 0, switchUs: 0, stepUs: 0 };
  return { outcome: { tag: "corrupt", blob }, ...nothing };
}

function toEvent({ operation, outcome }: { operation: number; outcome: WireOutcome }): OperationEvent {
  return { operation, outcome: outcome.tag === "ok" ? { tag: "ok", val: outcome.val ?? EMPTY } : outcome };
}

function conclude(outcome: Outcome, slot: Slot, image: readonly Delta[], step: SlotStep): StepOutcome {
  switch (outcome.tag) {
    case "response":
    case "early-response": {
      const { status, headers, body } = outcome.val;
      const refused = responseTooLarge(outcome.val, step.limits.responseBodyBytes);
      if (refused !== null) return refused;
      const response = { status, headers: headersToWire(headers), body };
      return outcome.tag === "response"
        ? { tag: "response", response }
        : { tag: "early-response", response, context: suspend(slot, image) };
    }
    case "pending":
      return { tag: "pending", context: suspend(slot, image) };
    case "done":
      return { tag: "done" };
    case "stuck":
      return { tag: "failed", message: shortened(String(outcome.val), step.limits.logBytes), limit: "never-settles" };
    case "failed":
      return { tag: "failed", message: shortened(String(outcome.val), step.limits.logBytes), limit: slot.limitHit };
    default:
      return { tag: "failed", message: "the component's answer does not follow plinth:http/resumable", limit: null };
  }
}

function suspend(slot: Slot, image: readonly Delta[]): SuspendedContext {
  const { delta, globals, pages } = slot.capture(image);
  // The delta may be part of a larger buffer. Only the delta itself should be posted.
  return { delta: new Uint8Array(delta.bytes), globals, pages, nextOperation: slot.calls.nextOperation };
}
