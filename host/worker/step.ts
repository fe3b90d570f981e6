/** Runs one step of a request in a slot: switches, calls the guest, and reports how the step ended. */
import type { WorkerBindings } from "../bindings/worker-bindings.ts";
import { BlobCorrupt } from "../blobs/read-blob.ts";
import { Delta, ImageError } from "../memory/index.ts";
import type { SuspendedContext } from "../protocol/artifact.ts";
import type { OperationEvent, Outcome, TenantRequest, TenantResponse } from "../protocol/contract.ts";
import type { ScheduledInput } from "../protocol/first-input.ts";
import { shortened } from "../protocol/log-line.ts";
import type { ResumeInput, SlotStep, StepOutcome, StepResult, WireOutcome } from "../protocol/slot-step.ts";
import type { ToldProgram } from "../protocol/step-messages.ts";
import type { Artifacts } from "./artifacts.ts";
import { responseTooLarge } from "./response-size.ts";
import type { Slot, SlotState } from "./slot.ts";
import type { Slots } from "./slots.ts";

const EMPTY = new Uint8Array(0);

/** A step as it is run: a visitor's request has its headers as bytes. */
export interface RunnableStep extends ToldProgram, Pick<SlotStep, "limits"> {
  input: { kind: "start"; request: TenantRequest } | ScheduledInput | ResumeInput;
}

/** The end of a step, whose response has its headers as the program gave them. */
export type StepEnd = StepResult<TenantResponse>;

/** The parts of a worker that run a step. */
export interface StepParts {
  readonly slots: Slots;
  readonly artifacts: Artifacts;
  readonly bindings: WorkerBindings;
}

/** @param begins is called when the switch to the program is done, and the program runs from then on */
export function runStep(step: RunnableStep, { slots, artifacts, bindings }: StepParts, begins: () => void): StepEnd {
  const { program } = step;
  const loaded = load(step, artifacts);
  if (loaded instanceof BlobCorrupt) return corrupt(loaded);
  const { glue, image, functions } = loaded;
  // Two tenants may have one image. With "reuse", the kept state belongs to one of them, so each has a slot of its own.
  const slot = slots.take(program.runtime, program.reuse ?? program.image.delta.key);
  const { calls } = slot;
  const grants = bindings.open(program.grants);

  const answered = bindings.answered;
  const started = performance.now();
  let outcome: StepOutcome<TenantResponse>;
  let switched = started;
  try {
    const { input } = step;
    if (input.kind !== "resume") {
      const { globals, pages } = program.image;
      if (program.reuse !== null && slot.resident === program.reuse) slot.stay(step.limits, grants);
      else slot.switchTo({ layers: image, functions, globals, pages }, step.limits, 1, grants);
      switched = performance.now();
      begins();
      const begun = input.kind === "start" ? slot.start(glue, input.request) : slot.startScheduled(glue, input);
      outcome = conclude(begun, slot, image, step);
    } else {
      const { context, events } = input;
      const state: SlotState = { ...context, functions, layers: [...image, Delta.decode(context.delta)] };
      slot.switchTo(state, step.limits, context.nextOperation, grants);
      switched = performance.now();
      begins();
      outcome = conclude(slot.resume(glue, events.map(toEvent)), slot, image, step);
    }
  } catch (error) {
    // The switch may have failed half-way, so nothing proves that the slot is clean.
    slots.discard(slot);
    throw error;
  }
  if (outcome.tag === "response" || outcome.tag === "done") slot.resident = program.reuse;
  return {
    outcome,
    timers: [...calls.timers].map(([operation, ms]) => ({ operation, ms })),
    calls: [...calls.calls].map(([operation, frame]) => ({ operation, frame })),
    cancelled: calls.cancelled,
    logs: calls.logs,
    logsDropped: calls.logsDropped,
    reads: bindings.answered - answered,
    cpuMs: calls.endCpuMs(),
    switchUs: (switched - started) * 1000,
    stepUs: (performance.now() - started) * 1000,
  };
}

function load({ program, code }: ToldProgram, artifacts: Artifacts) {
  const { delta, functions } = program.image;
  try {
    return {
      glue: artifacts.glue(program.glue),
      image: artifacts.image(delta),
      functions: functions === null ? null : artifacts.functions(functions, code),
    };
  } catch (error) {
    if (error instanceof BlobCorrupt) return error;
    throw error;
  }
}

function corrupt({ blob }: BlobCorrupt): StepEnd {
  const nothing = {
    timers: [],
    calls: [],
    cancelled: [],
    logs: [],
    logsDropped: 0,
    reads: 0,
    cpuMs: 0,
    switchUs: 0,
    stepUs: 0,
  };
  return { outcome: { tag: "corrupt", blob }, ...nothing };
}

function toEvent({ operation, outcome }: { operation: number; outcome: WireOutcome }): OperationEvent {
  return { operation, outcome: outcome.tag === "ok" ? { tag: "ok", val: outcome.val ?? EMPTY } : outcome };
}

function conclude(
  outcome: Outcome,
  slot: Slot,
  image: readonly Delta[],
  step: RunnableStep,
): StepOutcome<TenantResponse> {
  switch (outcome.tag) {
    case "response":
    case "early-response": {
      const response = outcome.val;
      const refused = responseTooLarge(response, step.limits.responseBodyBytes);
      if (refused !== null) return refused;
      if (outcome.tag === "response") return { tag: "response", response };
      return suspended(slot, image, (context) => ({ tag: "early-response", response, context }));
    }
    case "pending":
      return suspended(slot, image, (context) => ({ tag: "pending", context }));
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

/** The outcome of a step that waits. A program that has written beyond its memory cannot be kept for later, so it fails. */
function suspended(
  slot: Slot,
  image: readonly Delta[],
  waiting: (context: SuspendedContext) => StepOutcome<TenantResponse>,
): StepOutcome<TenantResponse> {
  try {
    return waiting(suspend(slot, image));
  } catch (error) {
    if (!(error instanceof ImageError && error.code === "written-beyond")) throw error;
    return { tag: "failed", message: error.message, limit: null };
  }
}

function suspend(slot: Slot, image: readonly Delta[]): SuspendedContext {
  const { delta, globals, pages } = slot.capture(image);
  // The delta may be part of a larger buffer, and only the delta itself should be posted.
  return { delta: new Uint8Array(delta.bytes), globals, pages, nextOperation: slot.calls.nextOperation };
}
