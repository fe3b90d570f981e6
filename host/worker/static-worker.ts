/**
 * Entry of a worker thread in the pool of static components (piscina). Requests overlap in it: one that waits has its
 * stack suspended, and the worker goes on with others.
 */
import { randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { compileModules, instantiateStatic, loadGlue } from "../component/static/instantiate.ts";
import type { StaticProgram } from "../component/static/types.ts";
import { Heartbeat } from "./heartbeat.ts";
import {
  type BlobRef,
  headersFromWire,
  headersToWire,
  type LogLine,
  type StaticResult,
  type StaticStep,
} from "./protocol.ts";

export interface StaticWorkerData {
  heartbeat: SharedArrayBuffer;
  /** Programs (compiled modules and glue) kept per worker. */
  programs: number;
}

const data = workerData as StaticWorkerData;
const heartbeat = new Heartbeat(data.heartbeat);
const programs = new Map<string, Promise<StaticProgram>>();

export default async function handle(step: StaticStep): Promise<StaticResult> {
  const logs: LogLine[] = [];
  let logsDropped = 0;
  let logBytes = 0;
  const finish = (outcome: StaticResult["outcome"]): StaticResult => ({ outcome, logs, logsDropped });
  // Work that the component does is watched from each point where it gets control until the event loop turns again.
  const watch = () => {
    heartbeat.begin(step.id, step.limits.hardMs);
    setImmediate(() => heartbeat.end());
  };
  const deadline = performance.now() + step.limits.wallMs;
  try {
    const program = await takeProgram(step);
    watch();
    const instance = await instantiateStatic(program, {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      random: (bytes) => void randomFillSync(bytes),
      log: (level, message) => {
        logBytes += message.length;
        if (logBytes > step.limits.logBytes) logsDropped++;
        else logs.push({ time: Date.now(), level, message });
      },
      sleep: async (ms) => {
        const left = deadline - performance.now();
        await sleep(Math.min(ms, Math.max(0, left)));
        if (ms > left) throw new TimeUp();
        watch();
      },
    });
    watch();
    const response = await instance.handle({ ...step.request, headers: headersFromWire(step.request.headers) });
    const { body } = response;
    if (body.byteLength > step.limits.responseBodyBytes) {
      return finish({ tag: "failed", message: `the response body has ${body.byteLength} bytes`, limit: "response" });
    }
    return finish({ tag: "response", response: { ...response, headers: headersToWire(response.headers) } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return finish({ tag: "failed", message, limit: error instanceof TimeUp ? "wall" : null });
  }
}

/** The request's wall time ended while the component waited. */
class TimeUp extends Error {
  constructor() {
    super("the request's time was up while the component waited");
  }
}

/** The compiled component; kept until others have been used more lately. */
function takeProgram(step: StaticStep): Promise<StaticProgram> {
  const known = programs.get(step.component);
  if (known !== undefined) {
    programs.delete(step.component);
    programs.set(step.component, known);
    return known;
  }
  const loading = loadProgram(step);
  programs.set(step.component, loading);
  loading.catch(() => programs.delete(step.component));
  if (programs.size > data.programs) {
    const [oldest] = programs.keys();
    if (oldest !== undefined) programs.delete(oldest);
  }
  return loading;
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

async function loadProgram({ glue, coreModules }: StaticStep): Promise<StaticProgram> {
  const modules = await Promise.all(
    coreModules.map(async ({ fileName, blob }) => [fileName, await readFile(blob.path)] as const),
  );
  return {
    glue: await takeGlue(glue),
    modules: await compileModules(Object.fromEntries(modules)),
  };
}
