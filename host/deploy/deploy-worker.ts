/**
 * Entry of the deploy worker (piscina): the steps from bytes to a tenant's image, in the order of the files they stand in.
 * They run in a thread of their own, because jco takes up to a quarter of a second and a tenant's top-level code up to its
 * limit, and neither may hold up the ingress.
 */
import { workerData } from "node:worker_threads";
import { languagesWith } from "../../runtimes/outside.ts";
import { interfacesOf, loadBindings } from "../bindings/registry.ts";
import { EarlyBindings } from "../bindings/worker-bindings.ts";
import { PlinthError } from "../errors.ts";
import { configCheck } from "../manifest/check.ts";
import { readConfig } from "../manifest/read-config.ts";
import type { MemoryStrategy } from "../memory/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Heartbeat } from "../worker/heartbeat.ts";
import { CaptureSlots, captureTenant } from "./capture.ts";
import { readingUpload } from "./component-errors.ts";
import { GlueFolder } from "./glue-folder.ts";
import { inspect } from "./inspect.ts";
import { link } from "./link.ts";
import { prepareStatic } from "./prepare-static.ts";
import { prepareWasi } from "./prepare-wasi.ts";
import { LINK_HARD_MS, type PostedError, type Prepared, type PrepareResult, type PrepareTask } from "./prepared.ts";
import { resolveRuntime } from "./resolve-runtime.ts";
import { readSourceMap } from "./source-map.ts";
import { StartFailure } from "./start-failure.ts";
import { validate } from "./validate.ts";

export interface DeployWorkerData {
  runtimes: Runtime[];
  runtimeFolders: readonly string[];
  memoryStrategy: MemoryStrategy;
  glueFolder: string;
  heartbeat: SharedArrayBuffer;
  /** Modules of the bindings that are not in the registry (`loadBindings`). */
  bindingModules: readonly string[];
}

const data = workerData as DeployWorkerData;
const heartbeat = new Heartbeat(data.heartbeat);
const bindings = await loadBindings(data.bindingModules);
const early = new EarlyBindings(bindings);
const check = configCheck(bindings);
const slots = new CaptureSlots(data.memoryStrategy, early);
const languages = await languagesWith(data.runtimeFolders);
const glueCache = new GlueFolder(data.glueFolder);

export default async function deploy(task: PrepareTask): Promise<PrepareResult> {
  heartbeat.begin(task.id, LINK_HARD_MS);
  try {
    return { prepared: await prepare(task) };
  } catch (error) {
    if (error instanceof StartFailure) {
      const { logs, logsDropped } = error;
      return { error: posted(error.error), start: { logs, logsDropped } };
    }
    if (!(error instanceof PlinthError)) throw error;
    return { error: posted(error), start: null };
  } finally {
    heartbeat.end();
  }
}

function posted({ code, message, details }: PlinthError): PostedError {
  return { code, message, details };
}

async function prepare({ id, component: bytes, limits }: PrepareTask): Promise<Prepared> {
  const component = inspect(bytes, { slim: limits.slimBytes, static: limits.staticBytes });
  const config = readingUpload(() => readConfig(bytes, limits.manifestBytes, check));
  const memoryBytes = Math.min(limits.memoryBytes, config.limits?.memoryLimitBytes ?? limits.memoryBytes);
  const own = { ...limits, memoryBytes };
  if (component.kind === "wasi") return { ...prepareWasi(bytes, own), config };
  if (component.kind === "static")
    return { ...(await prepareStatic(bytes, own, glueCache, interfacesOf(bindings))), config };
  const runtime = resolveRuntime(component, data.runtimes, languages);
  validate(component, runtime);
  const linked = await link(component, runtime, glueCache);
  const sourceMap = readSourceMap(component);
  heartbeat.begin(id, limits.startHardMs);
  // A start-up that has failed leaves its reads behind. They must not count for this one.
  early.takeReads();
  const captured = captureTenant(slots.take(runtime), linked, own, {
    grants: early.openAtStart(config),
    language: languages.ofRuntime(runtime.manifest.name),
    sourceMap,
  });
  const { key, integrity, build } = runtime;
  return {
    kind: "slim",
    runtime: key,
    runtimeIntegrity: integrity,
    build,
    glue: linked.glue,
    functions: linked.functions,
    sourceMap,
    config,
    startReads: early.takeReads(),
    ...captured,
  };
}
