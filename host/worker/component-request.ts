/** Serves one request to a static component, in a fresh instance. */
import { randomFillSync } from "node:crypto";
import { fetchImports } from "../bindings/fetch/wit.ts";
import type { WorkerBindings } from "../bindings/worker-bindings.ts";
import { BlobCorrupt, readBlob } from "../blobs/read-blob.ts";
import { compileModules, instantiateStatic, loadGlue } from "../component/static/instantiate.ts";
import type {
  MemoryWatch,
  StaticBindings,
  StaticHostCalls,
  StaticInstance,
  StaticProgram,
} from "../component/static/types.ts";
import type { TenantResponse } from "../protocol/contract.ts";
import type { FirstInput } from "../protocol/first-input.ts";
import { headersFromWire, headersToWire } from "../protocol/http.ts";
import type { ComponentStep, StaticCompiled, StaticResult } from "../protocol/static-step.ts";
import { GlueCache } from "./glue-cache.ts";
import type { InstanceMemory } from "./instance-memory.ts";
import { LogBuffer } from "./log-buffer.ts";
import { passCall } from "./pass-call.ts";
import type { ProgramCache } from "./program-cache.ts";
import { responseTooLarge } from "./response-size.ts";
import { LimitReached, type Turns } from "./turns.ts";

/** The compiled core modules of one component. */
export type StaticModules = StaticProgram["modules"];

/** The parts of a worker that a request to a static program uses. */
export interface RequestParts {
  readonly turns: Turns;
  readonly memory: InstanceMemory;
  /** Is told of each program that was compiled. */
  compiled(program: Omit<StaticCompiled, "kind">): void;
}

export async function handleComponent(
  step: ComponentStep,
  programs: ProgramCache<StaticModules>,
  bindings: WorkerBindings,
  { turns, memory, compiled }: RequestParts,
): Promise<StaticResult> {
  const logs = new LogBuffer(step.limits.logBytes);
  const ended = new AbortController();
  try {
    const modules = await programs.take(step.component, async () => {
      const loaded = await loadModules(step);
      compiled({ component: step.component, modules: Object.values(loaded.modules), bytes: loaded.bytes });
      return loaded.modules;
    });
    const program = { glue: glues.take(step.glue), modules };
    turns.begin();
    const calls: StaticHostCalls & MemoryWatch = {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      random: (bytes) => void randomFillSync(bytes),
      log: (level, message) => logs.add(level, message),
      memory: (linear) => memory.add(linear),
      sleep: (ms) => turns.wait(ms),
      until: async (begin) => void (await turns.waitFor(begin)),
      bodyBytes: step.limits.responseBodyBytes,
    };
    const instance = await instantiateStatic(program, calls, bindingsOf(step, bindings, turns, ended.signal));
    const response = await answerOf(instance, step.input);
    const refused = responseTooLarge(response, step.limits.responseBodyBytes);
    if (refused !== null) return logs.with(refused, turns.cpuMs);
    return logs.with(
      { tag: "response", response: { ...response, headers: headersToWire(response.headers) } },
      turns.cpuMs,
    );
  } catch (error) {
    if (error instanceof BlobCorrupt) return logs.with({ tag: "corrupt", blob: error.blob }, turns.cpuMs);
    const message = error instanceof Error ? error.message : String(error);
    return logs.with(
      { tag: "failed", message, limit: error instanceof LimitReached ? error.limit : null },
      turns.cpuMs,
    );
  } finally {
    // The calls that the request has not awaited are aborted, because nobody waits for them any more.
    ended.abort();
  }
}

async function answerOf(instance: StaticInstance, input: FirstInput): Promise<TenantResponse> {
  if (input.kind === "start") {
    return instance.handle({ ...input.request, headers: headersFromWire(input.request.headers) });
  }
  await instance.runScheduled(input.cron, input.time);
  return { status: 204, headers: [], body: new Uint8Array(0) };
}

/** The bindings that this step's component may use. Reads are answered in this thread, other calls in the main thread. */
function bindingsOf(step: ComponentStep, bindings: WorkerBindings, turns: Turns, ended: AbortSignal): StaticBindings {
  const { grants, texts } = bindings.open(step.grants);
  const { fetch } = fetchImports({ now: () => null, later: (frame) => passCall(step.id, frame, ended) });
  return {
    environment: texts,
    fetch,
    imports: (guard) =>
      bindings.imports(
        {
          now: (frame) => bindings.answer(frame, grants),
          later: (frame) => guard(turns.waitFor((signal) => passCall(step.id, frame, signal))),
        },
        grants,
      ),
  };
}

/** Glue is kept apart from programs, which would keep it alive beyond the bounds of its own cache. */
const glues = new GlueCache(loadGlue);

async function loadModules({ coreModules }: ComponentStep): Promise<{ modules: StaticModules; bytes: number }> {
  const modules = await Promise.all(
    coreModules.map(async ({ fileName, blob }) => [fileName, await readBlob(blob)] as const),
  );
  const bytes = modules.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
  return { modules: await compileModules(Object.fromEntries(modules)), bytes };
}
