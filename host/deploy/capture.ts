/**
 * Step 5: runs the tenant's top-level code once, in a slot of its runtime, and keeps the memory that the code has changed.
 */
import type { Language } from "../../runtimes/language.ts";
import type { OpenGrants } from "../bindings/open-grants.ts";
import type { WorkerBindings } from "../bindings/worker-bindings.ts";
import type { PlinthError } from "../errors.ts";
import { BaseImage, ImageError, type MemoryStrategy, wholeWasmPages } from "../memory/index.ts";
import { hasPosition, ProgramMap } from "../observe/source-map.ts";
import type { LogLine } from "../protocol/log-line.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Slot } from "../worker/slot.ts";
import type { LinkedComponent } from "./link.ts";
import type { PreparedSlim, PrepareLimits } from "./prepared.ts";
import { StartFailure, startFailed } from "./start-failure.ts";
import { startLimit } from "./start-limit.ts";

/** The capture slots, one for each runtime. A slot is used again, since a switch leaves nothing behind. */
export class CaptureSlots {
  readonly #strategy: MemoryStrategy;
  readonly #bindings: WorkerBindings;
  readonly #slots = new Map<string, Slot>();

  constructor(strategy: MemoryStrategy, bindings: WorkerBindings) {
    this.#strategy = strategy;
    this.#bindings = bindings;
  }

  take(runtime: Runtime): Slot {
    let slot = this.#slots.get(runtime.key);
    if (slot === undefined) {
      slot = new Slot(runtime.handle, BaseImage.open(runtime.handle.base), this.#strategy, this.#bindings);
      this.#slots.set(runtime.key, slot);
    }
    return slot;
  }
}

interface CaptureOptions {
  /** The grants of top-level code (`grantAtStart` of the bindings). The image keeps the memory of this code. */
  readonly grants: OpenGrants;
  readonly language: Language | undefined;
  /** `readSourceMap` of the program, by which the stacks of a failure are mapped. */
  readonly sourceMap?: Uint8Array | null;
}

/**
 * No garbage collection runs before the capture: it would move and mark so much that the delta grew several times.
 *
 * @throws StartFailure PLINTH_TENANT_START_FAILED, PLINTH_TENANT_START_LIMIT
 */
export function captureTenant(
  slot: Slot,
  linked: LinkedComponent,
  limits: PrepareLimits,
  { grants, language, sourceMap = null }: CaptureOptions,
): Pick<PreparedSlim, "delta" | "globals" | "pages" | "logs" | "logsDropped"> {
  const { startCpuMs, startHardMs, memoryBytes, logBytes } = limits;
  const { calls } = slot;
  const stepLimits = {
    cpuMs: startCpuMs,
    hardMs: startHardMs,
    memoryPages: wholeWasmPages(memoryBytes),
    responseBodyBytes: 0,
    logBytes,
    operations: 0,
  };
  slot.switchTo(slot.baseState, stepLimits, 1, grants);
  slot.reserveFunctions(linked.functions?.count ?? 0);
  try {
    slot.startTenant(linked);
  } catch (trap) {
    const logs = mapped(calls.logs, sourceMap);
    throw new StartFailure(failureOf(slot.limitHit, logs, limits, trap, language), {
      logs,
      logsDropped: calls.logsDropped,
    });
  }
  const { delta, globals, pages } = captured(slot);
  return { delta: new Uint8Array(delta.bytes), globals, pages, logs: calls.logs, logsDropped: calls.logsDropped };
}

/** If the slot's memory has grown for another program, machine code can write beyond its own. No image can hold that. */
function captured(slot: Slot): ReturnType<Slot["capture"]> {
  try {
    return slot.capture([]);
  } catch (error) {
    if (!(error instanceof ImageError && error.code === "written-beyond")) throw error;
    throw new StartFailure(startFailed([], error, undefined), slot.calls);
  }
}

function failureOf(
  limitHit: Slot["limitHit"],
  logs: readonly LogLine[],
  limits: PrepareLimits,
  trap: unknown,
  language: Language | undefined,
): PlinthError {
  if (limitHit === "cpu" || limitHit === "memory") return startLimit(limitHit, limits, trap);
  return startFailed(logs, trap, language);
}

/** Gives lines the positions of the tenant's sources. A failed start-up leaves no version that could map them later. */
function mapped(logs: LogLine[], sourceMap: Uint8Array | null): LogLine[] {
  if (sourceMap === null || !logs.some(({ message }) => hasPosition(message))) return logs;
  try {
    const map = new ProgramMap(Buffer.from(sourceMap).toString());
    return logs.map((line) => ({ ...line, message: map.mapStack(line.message) }));
  } catch {
    // The section is JSON, but no map. The lines stay as they are, as in the log of a version.
    return logs;
  }
}
