/** One request to a static component, in a fresh instance. */
import { randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { compileModules, instantiateStatic, loadGlue } from "../component/static/instantiate.ts";
import type { StaticProgram } from "../component/static/types.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { LogBuffer } from "./log-buffer.ts";
import type { ProgramCache } from "./program-cache.ts";
import {
  type BlobRef,
  type ComponentStep,
  headerExcess,
  headersFromWire,
  headersToWire,
  type StaticResult,
} from "./protocol.ts";
import { LimitReached, Turns } from "./turns.ts";

export async function handleComponent(
  step: ComponentStep,
  programs: ProgramCache<StaticProgram>,
  heartbeat: Heartbeat,
): Promise<StaticResult> {
  const logs = new LogBuffer(step.limits.logBytes);
  const turns = new Turns(heartbeat, step.id, step.limits);
  try {
    const program = await programs.take(step.component, () => loadProgram(step));
    turns.begin();
    const instance = await instantiateStatic(program, {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      random: (bytes) => void randomFillSync(bytes),
      log: (level, message) => logs.add(level, message),
      sleep: (ms) => turns.wait(ms),
    });
    const response = await instance.handle({ ...step.request, headers: headersFromWire(step.request.headers) });
    const { body } = response;
    if (body.byteLength > step.limits.responseBodyBytes) {
      return logs.with({ tag: "failed", message: `the response body has ${body.byteLength} bytes`, limit: "response" });
    }
    const excess = headerExcess(response.headers);
    if (excess !== null) return logs.with({ tag: "failed", message: excess, limit: "response-headers" });
    return logs.with({ tag: "response", response: { ...response, headers: headersToWire(response.headers) } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return logs.with({ tag: "failed", message, limit: error instanceof LimitReached ? error.limit : null });
  }
}

/** Components of one toolchain and world have the same glue: it is evaluated once. */
const glues = new Map<string, Promise<StaticProgram["glue"]>>();

function takeGlue({ key, path }: BlobRef): Promise<StaticProgram["glue"]> {
  let glue = glues.get(key);
  if (glue === undefined) {
    glue = readFile(path, "utf8").then(loadGlue);
    glues.set(key, glue);
    glue.catch(() => glues.delete(key));
  }
  return glue;
}

async function loadProgram({ glue, coreModules }: ComponentStep): Promise<StaticProgram> {
  const modules = await Promise.all(
    coreModules.map(async ({ fileName, blob }) => [fileName, await readFile(blob.path)] as const),
  );
  return {
    glue: await takeGlue(glue),
    modules: await compileModules(Object.fromEntries(modules)),
  };
}
