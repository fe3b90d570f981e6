/** One worker with one slot, and the parts that deploy to it, for measurements inside the worker. */

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";

import { Staging } from "../host/assets/staging.ts";
import { type Grants, noGrants } from "../host/bindings/binding.ts";
import { KvService } from "../host/bindings/kv/service.ts";
import { hostLimitDefaults, MIB, tenantLimitDefaults } from "../host/config/limits.ts";
import { Deployer } from "../host/deploy/deployer.ts";
import { Preparer } from "../host/deploy/preparer.ts";
import { Targets } from "../host/deploy/targets.ts";
import { CpuShares } from "../host/fairness/cpu-shares.ts";
import { probeMemoryStrategy } from "../host/memory/index.ts";
import { TenantLogs } from "../host/observe/tenant-log.ts";
import { Usage } from "../host/observe/usage.ts";
import { SlotPool } from "../host/pool/slot-pool.ts";
import { stepLimits } from "../host/pool/step-limits.ts";
import type { SlimTarget } from "../host/pool/target.ts";
import type { WireRequest } from "../host/protocol/http.ts";
import type { SlotProgram, SlotStep, StepResult } from "../host/protocol/slot-step.ts";
import { loadRuntimes } from "../host/runtime/runtime.ts";
import { openEmbeddedStore } from "../host/store/embedded.ts";
import { parseTenantName } from "../host/store/names.ts";
import { builtIn, neededRuntimes } from "../runtimes/registry.ts";

export interface OneSlot extends AsyncDisposable {
  readonly kv: KvService;
  /** Creates the tenant and deploys the component to it. */
  deploy(name: string, component: Uint8Array): Promise<SlimTarget>;
  /** Runs a request that answers in one step. @param grants no grants if not given */
  run(target: SlimTarget, request: WireRequest, grants?: Grants): Promise<StepResult>;
}

export async function openOneSlot(): Promise<OneSlot> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const store = undo.use(await openEmbeddedStore(folder));
  const storageLimitOf = () => tenantLimitDefaults.kvStorageMib * MIB;
  const kv = undo.use(await KvService.open({ folder, store, storageLimitOf, onFault: console.error }));
  const runtimes = await loadRuntimes(builtIn.packageFolders, {
    names: [],
    needed: neededRuntimes,
    languageOf: () => undefined,
  });
  const { best } = probeMemoryStrategy();
  const glueFolder = join(folder, "glue");
  await mkdir(glueFolder);
  const limits = {
    slimBytes: hostLimitDefaults.uploadLimitBytes,
    staticBytes: 0,
    manifestBytes: 0,
    startCpuMs: hostLimitDefaults.startCpuMs,
    startHardMs: hostLimitDefaults.startCpuMs,
    memoryBytes: tenantLimitDefaults.memoryLimitBytes,
    logBytes: 0,
  };
  const logs = undo.use(
    new TenantLogs({
      logger: pino({ level: "silent" }),
      blobPath: (hash) => store.blobPath(hash),
      folder,
      retention: { ageMs: 0, tenantBytes: 0, totalBytes: 0 },
      rate: { linesPerSecond: 0, bytesPerSecond: 0 },
      tailLimit: 0,
    }),
  );
  const limitsOf = () => tenantLimitDefaults;
  const preparing = undo.use(
    new Preparer({
      runtimeFolders: [],
      runtimes,
      memoryStrategy: best,
      limits,
      bindingModules: [],
      glueFolder,
      onFault: console.error,
    }),
  );
  const deployer = new Deployer({
    store,
    preparing,
    code: { ahead: async () => {} },
    limitsOf,
    bindings: { provision: async () => {} },
    staging: new Staging({ store, files: { damaged: new Set() }, limitsOf }),
    logs,
  });
  const targets = new Targets({ store, runtimes, limitsOf, bindings: { grantsOf: () => noGrants } });
  const pool = new SlotPool({
    runtimes: runtimes.map(({ handle }) => handle),
    workers: 1,
    spares: 0,
    slotsPerRuntime: 1,
    memoryStrategy: best,
    bindings: { modules: [], data: { kv: { file: kv.file } } },
    queueLimit: 10,
    shares: new CpuShares(),
    codeOf: () => null,
    usage: new Usage(),
    onFault: console.error,
  });
  undo.defer(() => pool.close());
  const resources = undo.move();
  return {
    kv,
    deploy: async (name, component) => {
      const tenant = parseTenantName(name);
      await store.createTenant(tenant);
      await deployer.deploy(tenant, component, { activate: true });
      return targets.active(store.getTenant(tenant)) as SlimTarget;
    },
    run: (target, request, grants = noGrants) =>
      run(pool, target, request, grants === noGrants ? null : JSON.stringify(grants)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function run(
  pool: SlotPool,
  target: SlimTarget,
  request: WireRequest,
  grants: string | null,
): Promise<StepResult> {
  const result = await pool.run(target.tenant, stepOf(target, request, grants));
  if (result.outcome.tag !== "response") throw new Error(`${target.tenant}: ${JSON.stringify(result.outcome)}`);
  return result;
}

/** Programs by their targets and grants: a thread knows a program by its identity. */
const programs = new Map<string, SlotProgram>();

function stepOf(
  { runtime, image, glue, tenant, version, limits }: SlimTarget,
  request: WireRequest,
  grants: string | null,
) {
  const key = `${tenant}/${version} ${grants}`;
  const stepsLimits = { ...stepLimits(limits), hardMs: limits.wallMs, logBytes: 0 };
  const program = programs.get(key) ?? { runtime, image, reuse: null, grants, glue, limits: stepsLimits };
  programs.set(key, program);
  return { program, limits: program.limits, input: { kind: "start", request } } satisfies SlotStep;
}
