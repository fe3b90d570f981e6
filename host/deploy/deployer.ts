/**
 * Makes live versions of uploads, in the main thread: prepare (preparer.ts) -> store the blobs -> one transaction that adds
 * the version and, if asked, activates it. A failure before that transaction leaves the registry
 * as it was. Blobs that no version names are removed some time later, or at the next start.
 */
import { ENTRY_BYTES } from "../assets/asset-list.ts";
import type { StagedAssets, Staging } from "../assets/staging.ts";
import type { HostBindings } from "../bindings/host-bindings.ts";
import type { CodeAhead } from "../code/code-store.ts";
import { MIB, type TenantLimits } from "../config/limits.ts";
import { PlinthError } from "../errors.ts";
import type { RequestLog, TenantLogs } from "../observe/tenant-log.ts";
import { type LogLine, shortened } from "../protocol/log-line.ts";
import type { Sha256, TenantName } from "../store/names.ts";
import type { JsonObject, NewVersion, Store, Tenant, Version, VersionUsage } from "../store/store.ts";
import { refuseVersionsAbove } from "../store/versions.ts";
import { functionsOf } from "./functions-of.ts";
import type { Prepared, PreparedSlim } from "./prepared.ts";
import type { Preparing } from "./preparer.ts";
import { SecretReads } from "./secret-reads.ts";
import { slimMetaToJson } from "./slim-meta.ts";
import { assetsOf, refuseOneOfBoth } from "./version-assets.ts";
import { refuseLimitsAbove } from "./version-config.ts";

export interface DeployerOptions {
  store: Store;
  preparing: Preparing;
  code: CodeAhead;
  /** The limits that the operator gives the tenant. */
  limitsOf(tenant: Tenant): TenantLimits;
  bindings: Pick<HostBindings, "provision">;
  /** The static files that were uploaded for versions to come. */
  staging: Pick<Staging, "take">;
  logs: TenantLogs;
}

interface AddOptions {
  readonly activate: boolean;
  readonly most?: VersionUsage;
  readonly refuseReads?: boolean;
  readonly assets: StagedAssets | null;
}

export interface DeployedVersion extends Version {
  /** The warnings in the start-up's log. Most of them tell of a difference that a program may not expect. */
  readonly warnings: readonly string[];
}

/** Warnings in the answer of a deploy. The log has all. */
const MOST_WARNINGS = 20;

function warningsIn(logs: readonly LogLine[]): string[] {
  const warnings = logs.filter(({ level, source }) => level === "warn" && source === "console");
  return warnings.slice(0, MOST_WARNINGS).map(({ message }) => shortened(message, MOST_WARNING_CHARACTERS));
}

const MOST_WARNING_CHARACTERS = 1_000;

export class Deployer {
  readonly #options: DeployerOptions;
  readonly #reads: SecretReads;

  constructor(options: DeployerOptions) {
    this.#options = options;
    this.#reads = new SecretReads(options.store);
  }

  /**
   * Makes a version of an upload.
   *
   * @param component at most as long as the largest limit of any kind: the kind, and with it the narrower limit, is known
   *   only once the bytes have been read
   * @param assets name of the list of the version's static files (`Staging`), if its manifest has any
   * @throws PlinthError any of errors/upload.ts and errors/assets.ts, and those of `Store.addVersion`
   */
  async deploy(
    tenant: TenantName,
    component: Uint8Array,
    { assets: list, ...options }: { activate: boolean; assets?: string | undefined },
  ): Promise<DeployedVersion> {
    const { store } = this.#options;
    const limits = this.#options.limitsOf(store.getTenant(tenant));
    const most = { count: limits.versionCount, bytes: limits.versionStorageMib * MIB };
    // This check comes before the work. The store checks again when it adds the version.
    refuseVersionsAbove(tenant, store.versionUsage(tenant), most, component.length);
    const prepared = await this.prepare(component, tenant, this.#startLog(tenant, null));
    refuseLimitsAbove(limits, prepared.config.limits);
    refuseOneOfBoth(prepared.config, list);
    await this.#options.bindings.provision(tenant, prepared.config);
    const assets = list === undefined ? null : await this.#options.staging.take(tenant, list);
    const version = await this.#add(tenant, component, prepared, { ...options, most, assets, refuseReads: true });
    return { ...version, warnings: prepared.kind === "slim" ? warningsIn(prepared.logs) : [] };
  }

  /**
   * Rebuilds a version for this build of the runtime, from the uploaded component. The grants are not checked again here:
   * the upload's check covered the grants of that time, and today's grants are checked when the version serves. A secret
   * that the start-up reads is only told in the log, because an upgrade of a host must not take a serving version away.
   */
  async renew(tenant: TenantName, version: Version, options: { activate: boolean }): Promise<Version> {
    const log = this.#startLog(tenant, null);
    const component = await this.#options.store.getBlob(version.component);
    const prepared = await this.prepare(component, tenant, log);
    const assets = await assetsOf(this.#options.store, version);
    return this.#add(tenant, component, prepared, { ...options, assets });
  }

  async #add(
    tenant: TenantName,
    component: Uint8Array,
    prepared: Prepared,
    { refuseReads = false, assets, ...options }: AddOptions,
  ): Promise<Version> {
    const { store } = this.#options;
    const stored = await this.#store(component, prepared, assets);
    const functions = functionsOf(store, stored);
    // No visitor comes before the code is ready. A version that is not activated takes no memory.
    if (functions !== null && options.activate) await this.#options.code.ahead(tenant, functions);
    if (prepared.kind === "slim") this.#checkReads(tenant, prepared, refuseReads);
    const version = await store.addVersion(tenant, stored, options);
    if (prepared.kind === "slim") {
      this.#startLog(tenant, version.id).add(prepared.logs, prepared.logsDropped, stored.artifacts.sourceMap);
    }
    return version;
  }

  /** @param refuse whether a read of a secret is refused, or only logged @throws PLINTH_SECRET_READ_AT_START */
  #checkReads(tenant: TenantName, { startReads, logs }: PreparedSlim, refuse: boolean): void {
    try {
      this.#reads.refuseReadsOf(tenant, startReads, null);
    } catch (error) {
      if (refuse || !(error instanceof PlinthError)) throw error;
      logs.push({ time: Date.now(), level: "error", source: "console", message: error.message });
    }
  }

  /** @param version null if the start-up has failed, so that there is no version */
  #startLog(tenant: TenantName, version: number | null): RequestLog {
    return this.#options.logs.forRequest(tenant, version, "deploy");
  }

  /**
   * Runs all steps that only need the upload's bytes.
   *
   * @param party the party whose turn the upload takes
   * @param log takes the output of a program whose start-up fails; null if nobody will read it
   * @throws PlinthError
   */
  async prepare(component: Uint8Array, party: string, log: RequestLog | null): Promise<Prepared> {
    const result = await this.#options.preparing.prepare(component, party);
    if ("prepared" in result) return result.prepared;
    if (result.start !== null) log?.add(result.start.logs, result.start.logsDropped);
    const { code, message, details } = result.error;
    throw new PlinthError(code, message, details);
  }

  async #store(component: Uint8Array, prepared: Prepared, assets: StagedAssets | null): Promise<NewVersion> {
    const blobs = new Map<string, Uint8Array>();
    if (assets !== null) blobs.set("assets", assets.bytes);
    if (prepared.kind === "wasi") blobs.set("module", prepared.module);
    else blobs.set("glue", Buffer.from(prepared.glue));
    if (prepared.kind === "slim") {
      blobs.set("delta", prepared.delta);
      if (prepared.functions !== null) blobs.set("functions", prepared.functions.module);
      if (prepared.sourceMap !== null) blobs.set("sourceMap", prepared.sourceMap);
    } else if (prepared.kind === "static") {
      for (const { fileName, bytes } of prepared.coreModules) blobs.set(`core:${fileName}`, bytes);
    }
    const { store } = this.#options;
    const [hash, artifacts] = await Promise.all([
      store.putBlob(component),
      Promise.all(
        [...blobs].map(async ([name, bytes]): Promise<[string, Sha256]> => [name, await store.putBlob(bytes)]),
      ),
    ]);
    const entryBytes = (assets?.files.length ?? 0) * ENTRY_BYTES;
    const common = {
      component: hash,
      uploadBytes: component.length,
      storedBytes: [...blobs.values()].reduce((sum, { length }) => sum + length, component.length + entryBytes),
      assets: assets?.files ?? [],
      artifacts: Object.fromEntries(artifacts),
      config: prepared.config as JsonObject,
    };
    if (prepared.kind !== "slim") {
      return { ...common, kind: prepared.kind, runtime: null, runtimeIntegrity: null, meta: {} };
    }
    const { runtime, runtimeIntegrity, build, globals, pages, functions, startReads } = prepared;
    return {
      ...common,
      kind: "slim",
      runtime,
      runtimeIntegrity,
      meta: slimMetaToJson({ build, globals, pages, functionCount: functions?.count, startReads }),
    };
  }
}
