/**
 * Tenants of JavaScript for tests, taken through the steps of a deploy in this thread, with their artifacts in a folder.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtIn } from "../../runtimes/registry.ts";
import { noGrants } from "../bindings/binding.ts";
import { kvFile, openForWriting } from "../bindings/kv/database.ts";
import { EarlyBindings, openNothing, type WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { slimComponent } from "../component/component.fixture.ts";
import type { SlimComponent } from "../component/read/component.ts";
import { MIB, type TenantLimits, tenantLimitDefaults } from "../config/limits.ts";
import { probeMemoryStrategy } from "../memory/index.ts";
import type { SlimTarget } from "../pool/target.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import { loadRuntimes, type Runtime } from "../runtime/runtime.ts";
import { parseTenantName } from "../store/names.ts";
import { CaptureSlots, captureTenant } from "./capture.ts";
import { inspect } from "./inspect.ts";
import { type LinkedComponent, link } from "./link.ts";
import type { PrepareLimits } from "./prepared.ts";
import { resolveRuntime } from "./resolve-runtime.ts";
import { validate } from "./validate.ts";

export const memoryStrategy = probeMemoryStrategy().best;

export const prepareLimits: PrepareLimits = {
  slimBytes: MIB,
  staticBytes: MIB,
  manifestBytes: MIB,
  startCpuMs: 5_000,
  startHardMs: 60_000,
  memoryBytes: tenantLimitDefaults.memoryLimitBytes,
  logBytes: 10_000,
};

const glueCache = new Map<string, string>();

export class TestTenants implements AsyncDisposable {
  readonly folder: string;
  readonly runtime: Runtime;
  /** The bindings' data for workers. */
  readonly bindings: WorkerBindingsData;
  readonly slots = new CaptureSlots(memoryStrategy, new EarlyBindings([]));

  private constructor(folder: string, runtime: Runtime) {
    this.folder = folder;
    this.runtime = runtime;
    const file = kvFile(folder);
    openForWriting(file).close();
    this.bindings = { modules: [], data: { kv: { file } } };
  }

  static async open(): Promise<TestTenants> {
    const [runtime] = await loadRuntimes(builtIn.packageFolders, {
      names: ["plinth:js"],
      needed: [],
      languageOf: () => "js",
    });
    return new TestTenants(await mkdtemp(join(tmpdir(), "plinth-tenants-")), runtime!);
  }

  /** Steps 1 to 4. @param source an ES module without imports */
  async link(source: string): Promise<LinkedComponent> {
    const component = inspect(slimComponent(source), { slim: MIB, static: MIB }) as SlimComponent;
    const runtime = resolveRuntime(component, [this.runtime], builtIn);
    validate(component, runtime);
    return link(component, runtime, {
      get: async (hash) => glueCache.get(hash),
      put: async (hash, glue) => void glueCache.set(hash, glue),
    });
  }

  async deploy(name: string, source: string, limits: Partial<TenantLimits> = {}): Promise<SlimTarget> {
    const linked = await this.link(source);
    const { delta, globals, pages } = captureTenant(this.slots.take(this.runtime), linked, prepareLimits, {
      grants: openNothing,
      language: undefined,
    });
    return {
      kind: "slim",
      tenant: parseTenantName(name),
      version: 1,
      limits: { ...tenantLimitDefaults, ...limits },
      grants: noGrants,
      sourceMap: null,
      runtime: this.runtime.key,
      image: { delta: await this.store(delta), functions: null, globals, pages },
      reuse: false,
      glue: await this.store(Buffer.from(linked.glue)),
    };
  }

  async store(bytes: Uint8Array): Promise<BlobRef> {
    const key = createHash("sha256").update(bytes).digest("hex");
    const path = join(this.folder, key);
    await writeFile(path, bytes);
    return { key, path };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
