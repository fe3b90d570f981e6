/**
 * A slot for tests: the slot that serves, driven by a main thread of a few lines. It notes timers and calls of bindings,
 * and resumes a request by a switch as the pool does. The test brings clocks and limits.
 */
import type { Grants, WorkerSide } from "../bindings/binding.ts";
import { type BindingCall, type BindingReply, decodeCall } from "../bindings/message.ts";
import { registry } from "../bindings/registry.ts";
import { openNothing, WorkerBindings } from "../bindings/worker-bindings.ts";
import type { ResumableGlue } from "../component/glue/glue.ts";
import { PlinthError, plinthError } from "../errors.ts";
import { BaseImage, probeMemoryStrategy } from "../memory/index.ts";
import type { OperationEvent, Outcome, TenantRequest, TenantResponse } from "../protocol/contract.ts";
import type { ScheduledInput } from "../protocol/first-input.ts";
import type { StepLimits } from "../protocol/slot-step.ts";
import { TestClocks } from "./clocks.fixture.ts";
import type { RuntimeHandle } from "./runtime-handle.ts";
import { Slot, type SlotState } from "./slot.ts";
import type { TenantFunctions } from "./tenant-table.ts";
import { WrittenResponse } from "./written-response.fixture.ts";

export interface TestLogEntry {
  level: "debug" | "info" | "warn" | "error" | "stdout" | "stderr";
  text: string;
}

/** A state for a switch: a tenant's image, or a request that waits. */
export interface TestState extends SlotState {
  /** The image that a waiting request's layers begin with. */
  image: SlotState["layers"];
  nextOperation: number;
}

/** The end of an operation: its value, or the reason of its failure. The end of a timer has neither. */
export interface TestEvent {
  operation: number;
  value?: Uint8Array;
  failure?: string;
}

export type TestRequest = Partial<Omit<TenantRequest, "body">> & { body?: Uint8Array | string };

export interface TestSlotOptions {
  clocks?: TestClocks;
  /** Imports that replace the host's. */
  imports?(memory: WebAssembly.Memory): WebAssembly.Imports;
}

/** Limits of which only the memory's is a real one: 256 MiB. */
const noLimits: StepLimits = {
  cpuMs: Number.POSITIVE_INFINITY,
  hardMs: Number.POSITIVE_INFINITY,
  memoryPages: 4_096,
  responseBodyBytes: Number.POSITIVE_INFINITY,
  logBytes: Number.POSITIVE_INFINITY,
  operations: 1_000,
};

/** The most steps of a request. A request with more does not end. */
const MOST_STEPS = 10_000;

export class TestSlot {
  readonly slot: Slot;
  readonly base: TestState;
  readonly clocks: TestClocks;
  readonly limits: StepLimits = { ...noLimits };
  logs: TestLogEntry[] = [];
  /** Outstanding timers by operation: their ends on the monotonic clock, ms. */
  timers = new Map<number, number>();
  /** Outstanding calls of bindings, by operation. */
  calls = new Map<number, BindingCall>();
  /** Operations of earlier steps that the program has cancelled. */
  cancelled: number[] = [];
  /** Answers calls of bindings at once, or throws the error that they give. Null turns a call into an operation. */
  answer: (call: BindingCall) => BindingReply | null = () => {
    throw plinthError("PLINTH_BINDING_TOO_EARLY");
  };
  readonly #glue: ResumableGlue;
  readonly #bindings: WorkerBindings;
  #grants = openNothing;
  /** The state of the last switch. */
  #state: TestState;
  /** An error that `answer` threw in place of an answer, such as a failed assertion. */
  #failure: unknown;
  /** Whether nothing has run since the last switch. */
  #switched = true;

  constructor(
    handle: RuntimeHandle,
    glue: ResumableGlue,
    { clocks = new TestClocks(), imports }: TestSlotOptions = {},
  ) {
    this.clocks = clocks;
    this.#glue = glue;
    const side: WorkerSide<unknown> = { call: (call) => this.#answer(call) };
    this.#bindings = new WorkerBindings(
      registry,
      registry.map(({ name }) => [name, side]),
    );
    const surroundings = imports === undefined ? { clocks } : { clocks, imports };
    this.slot = new Slot(handle, BaseImage.open(handle.base), probeMemoryStrategy().best, this.#bindings, surroundings);
    this.base = { ...this.slot.baseState, image: [], nextOperation: 1 };
    this.#state = this.base;
    this.restore(this.base);
  }

  /** Sets the grants that start-ups and requests find in their environment from now on. */
  grant(grants: Grants): void {
    this.#grants = this.#bindings.openGrants(grants);
  }

  /** The monotonic clock, ms. */
  get nowMs(): number {
    return Number(this.clocks.monotonic) / 1e6;
  }

  /** Operations that the request has begun in all its steps. */
  get operationsBegun(): number {
    return this.slot.calls.nextOperation - 1;
  }

  /** Switches to an image or to a waiting request. Outstanding operations of earlier requests are forgotten. */
  restore(state: TestState): void {
    this.#switchTo(state);
    this.timers = new Map();
    this.calls = new Map();
    this.cancelled = [];
  }

  /** Writes down the request that waits. */
  capture(): TestState {
    const { image, functions } = this.#state;
    const { delta, globals, pages } = this.slot.capture(image);
    const { nextOperation } = this.slot.calls;
    return { layers: [...image, delta], image, functions, globals, pages, nextOperation };
  }

  /**
   * Starts a tenant on the base image.
   *
   * @returns the tenant's image
   * @throws Error with the tenant's log
   */
  startTenant(
    instantiate: (runtime: WebAssembly.Instance) => void,
    functions: TenantFunctions | null = null,
  ): TestState {
    this.restore(this.base);
    this.slot.reserveFunctions(functions?.count ?? 0);
    const earlier = this.logs.length;
    try {
      this.slot.startTenant({ instantiate });
    } catch (cause) {
      this.#takeLogs();
      const said = this.logs.slice(earlier).map(({ text }) => text);
      throw new Error(said.join("\n") || String(cause), { cause });
    }
    this.#takeLogs();
    this.#switched = false;
    const { delta, globals, pages } = this.slot.capture([]);
    return { layers: [delta], image: [delta], functions, globals, pages, nextOperation: 1 };
  }

  /** Runs the first step of a request in the memory as it is. */
  start({ method = "GET", uri = "http://tenant.localhost/", headers = [], body = "" }: TestRequest = {}): Outcome {
    this.slot.stay(this.limits, this.#grants);
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return this.#step(() => this.slot.start(this.#glue, { method, uri, headers, body: bytes }));
  }

  /** Runs the first step of a scheduled run in the memory as it is. @param time ms since the epoch */
  startScheduled(cron: string, time: number): Outcome {
    this.slot.stay(this.limits, this.#grants);
    const input: ScheduledInput = { kind: "scheduled", cron, time };
    return this.#step(() => this.slot.startScheduled(this.#glue, input));
  }

  /** Ends operations and resumes the request. A number ends a timer, an event ends a call. */
  resume(ended: readonly (number | TestEvent)[]): Outcome {
    const events = ended.map((event) => (typeof event === "number" ? { operation: event } : event));
    for (const { operation } of events) {
      this.timers.delete(operation);
      this.calls.delete(operation);
    }
    if (!this.#switched) this.#switchTo(this.capture());
    return this.#step(() => this.slot.resume(this.#glue, events.map(operationEvent)));
  }

  /**
   * Runs steps until nothing is pending. The clocks move to the end of each timer.
   *
   * @throws Error if the request fails
   */
  run(request: TestRequest = {}): TenantResponse & { steps: number } {
    return this.finish(this.start(request));
  }

  /** Runs what is left of a request after its first step. @throws Error if the request fails */
  finish(begun: Outcome): TenantResponse & { steps: number } {
    let outcome = begun;
    let early: TenantResponse | undefined;
    const written = new WrittenResponse();
    for (let steps = 1; steps < MOST_STEPS; steps++) {
      if (outcome.tag === "failed" || outcome.tag === "stuck") throw new Error(outcome.val);
      if (outcome.tag === "response") return { ...outcome.val, steps };
      if (outcome.tag === "early-response") early = outcome.val;
      const drained = written.take(this.calls);
      early ??= written.complete ?? undefined;
      if (outcome.tag === "done" && early !== undefined) return { ...early, steps };
      outcome = this.resume(drained.length > 0 ? drained : [this.skipToTimer()]);
    }
    throw new Error("the request does not end");
  }

  /** Moves the clocks to the end of the next timer. @returns its operation */
  skipToTimer(): number {
    const [next] = [...this.timers].sort((a, b) => a[1] - b[1]);
    if (next === undefined) throw new Error("pending with no operation");
    const [operation, end] = next;
    this.clocks.skip(BigInt(Math.max(Math.ceil(end * 1e6) - Number(this.clocks.monotonic), 0)));
    return operation;
  }

  #answer(call: BindingCall): BindingReply | null {
    try {
      // Tests keep calls, and this one lies in the program's memory, so it is copied.
      return this.answer({ ...call, body: call.body.slice() });
    } catch (error) {
      // If a worker's side fails, the host asks the main thread. A test fails instead.
      if (!(error instanceof PlinthError)) this.#failure = error;
      throw error;
    }
  }

  #switchTo(state: TestState): void {
    this.slot.switchTo(state, this.limits, state.nextOperation, this.#grants);
    this.#state = state;
    this.#switched = true;
  }

  /** Runs a step and notes its calls, its end and its log. */
  #step(run: () => Outcome): Outcome {
    this.#switched = false;
    const outcome = run();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    const { timers, calls, cancelled } = this.slot.calls;
    for (const [operation, ms] of timers) this.timers.set(operation, this.nowMs + ms);
    for (const [operation, frame] of calls) this.calls.set(operation, decodeCall(frame));
    for (const operation of cancelled) {
      this.cancelled.push(operation);
      this.timers.delete(operation);
      this.calls.delete(operation);
    }
    this.#takeLogs();
    return outcome;
  }

  #takeLogs(): void {
    for (const { level, source, message } of this.slot.calls.logs) {
      const output = level === "error" ? "stderr" : "stdout";
      this.logs.push({ level: source === "output" ? output : level, text: message });
    }
  }
}

function operationEvent({ operation, value = new Uint8Array(), failure }: TestEvent): OperationEvent {
  return { operation, outcome: failure === undefined ? { tag: "ok", val: value } : { tag: "err", val: failure } };
}

export const bodyText = (response: TenantResponse): string => new TextDecoder().decode(response.body);
