/**
 * The files that tenants have uploaded for versions that come later. A tenant names the list of all files and is told
 * which of them the host lacks. It need not send files that one of its versions has. Files of other tenants do not
 * count, because who knows a file's hash need not have the file.
 */
import { stat } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import { MIB, type TenantLimits } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import { sha256 } from "../store/blobs.ts";
import type { Sha256, TenantName } from "../store/names.ts";
import type { Store, StoredAsset } from "../store/store.ts";
import type { AssetFiles } from "./asset-files.ts";
import { type AssetFile, checkAssetPaths, ENTRY_BYTES, encodeAssetList } from "./asset-list.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The most memory of the lists that wait for their versions. */
const LISTS_BYTES = 64 * MIB;
/** The most lists of a tenant, and so the most deploys at once. */
const MOST_LISTS = 4;

export interface StagingOptions {
  readonly store: Pick<Store, "putBlob" | "assetsOf" | "versionUsage" | "blobPath">;
  readonly files: Pick<AssetFiles, "damaged">;
  limitsOf(tenant: TenantName): TenantLimits;
}

/** The files of a version that is about to be added. */
export interface StagedAssets {
  /** The list in its stored form. */
  readonly bytes: Buffer;
  readonly files: readonly StoredAsset[];
}

interface Staged {
  readonly bytes: number;
  /** The time at which the store drops the file, ms since the epoch. */
  readonly until: number;
}

export class Staging {
  readonly #options: StagingOptions;
  /** The lists by tenant, the latest one last. */
  readonly #lists = new LRUCache<TenantName, ReadonlyMap<string, StagedAssets>>({
    maxSize: LISTS_BYTES,
    ttl: HOUR_MS,
    sizeCalculation: (lists) => lists.values().reduce((sum, { bytes }) => sum + bytes.byteLength, 1),
  });
  readonly #staged = new Map<TenantName, Map<Sha256, Staged>>();

  constructor(options: StagingOptions) {
    this.#options = options;
  }

  /** @returns the list's name, and the files that are to be sent @throws PLINTH_ASSET_PATH, PLINTH_ASSET_LIMIT */
  async begin(tenant: TenantName, files: readonly AssetFile[]): Promise<{ list: Sha256; missing: Sha256[] }> {
    checkAssetPaths(files.map(({ path }) => path));
    const stored = files.map(({ hash, bytes }) => ({ hash, bytes }));
    this.#refuseAbove(tenant, stored);
    const bytes = encodeAssetList(files);
    const list = sha256(bytes);
    const others = [...(this.#lists.get(tenant) ?? [])].filter(([name]) => name !== list);
    this.#lists.set(tenant, new Map([...others.slice(1 - MOST_LISTS), [list, { bytes, files: stored }]]));
    return { list, missing: await this.#missing(tenant, stored) };
  }

  /** @throws PLINTH_ASSET_LIMIT, PLINTH_VERSION_STORAGE_LIMIT */
  async put(tenant: TenantName, files: readonly Uint8Array[]): Promise<void> {
    const { store, limitsOf, files: onDisk } = this.#options;
    const limits = limitsOf(tenant);
    for (const bytes of files) refuseFile(limits, bytes.byteLength);
    const own = this.#stagedOf(tenant);
    const most = limits.versionStorageMib * MIB;
    const waiting = own.values().reduce((sum, { bytes }) => sum + bytes + ENTRY_BYTES, 0);
    const fresh = new Map(files.map((bytes) => [sha256(bytes), bytes] as const));
    for (const hash of own.keys()) fresh.delete(hash);
    const added = fresh.values().reduce((sum, { byteLength }) => sum + byteLength + ENTRY_BYTES, 0);
    if (store.versionUsage(tenant).bytes + waiting + added > most)
      throw plinthError("PLINTH_VERSION_STORAGE_LIMIT", [tenant, most], { details: { tenant, limit: most } });
    // The files count from now on, so that two uploads at once do not take the same room.
    for (const [hash, { byteLength: bytes }] of fresh) own.set(hash, { bytes, until: Date.now() + HOUR_MS });
    const unwritten = new Set(fresh.keys());
    try {
      for (const bytes of files) {
        const hash = await store.putBlob(bytes, HOUR_MS);
        own.set(hash, { bytes: bytes.byteLength, until: Date.now() + HOUR_MS });
        unwritten.delete(hash);
        onDisk.damaged.delete(hash);
      }
    } finally {
      for (const hash of unwritten) own.delete(hash);
    }
  }

  /** @param list its name @throws PLINTH_ASSETS_MISSING, PLINTH_ASSET_LIMIT */
  async take(tenant: TenantName, list: string): Promise<StagedAssets> {
    const staged = this.#lists.get(tenant)?.get(list);
    if (staged === undefined) throw plinthError("PLINTH_ASSETS_MISSING", ["All"]);
    const missing = await this.#missing(tenant, staged.files);
    if (missing.length > 0) throw plinthError("PLINTH_ASSETS_MISSING", [missing.length]);
    this.#refuseAbove(tenant, staged.files);
    return staged;
  }

  forget(tenant: TenantName): void {
    this.#staged.delete(tenant);
    this.#lists.delete(tenant);
  }

  /** The files that are to be sent. A file whose size differs from its list's is another file. */
  async #missing(tenant: TenantName, files: readonly StoredAsset[]): Promise<Sha256[]> {
    const { store, files: onDisk } = this.#options;
    const known = store.assetsOf(tenant);
    const own = this.#stagedOf(tenant);
    const missing = new Set<Sha256>();
    for (const { hash, bytes } of files) {
      const has = (own.get(hash)?.bytes ?? known.get(hash)) === bytes && !onDisk.damaged.has(hash);
      // A file that is gone or cut off is sent again.
      const size = has ? (await stat(store.blobPath(hash)).catch(() => null))?.size : undefined;
      if (size !== bytes) missing.add(hash);
    }
    return [...missing];
  }

  #stagedOf(tenant: TenantName): Map<Sha256, Staged> {
    const own = this.#staged.get(tenant) ?? new Map<Sha256, Staged>();
    this.#staged.set(tenant, own);
    const soon = Date.now() + MINUTE_MS;
    const known = own.size === 0 ? null : this.#options.store.assetsOf(tenant);
    // A file is forgotten if a version has it, or if the store is about to drop it.
    for (const [hash, { until }] of own) if (until < soon || known?.has(hash)) own.delete(hash);
    return own;
  }

  #refuseAbove(tenant: TenantName, files: readonly StoredAsset[]): void {
    const limits = this.#options.limitsOf(tenant);
    if (files.length > limits.assetCount)
      throw plinthError("PLINTH_ASSET_LIMIT", [`${files.length} files`, "assetCount", limits.assetCount]);
    for (const { bytes } of files) refuseFile(limits, bytes);
    const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (all > limits.assetTotalMib * MIB)
      throw plinthError("PLINTH_ASSET_LIMIT", [`${all} bytes together`, "assetTotalMib", limits.assetTotalMib]);
  }
}

function refuseFile({ assetLimitBytes }: TenantLimits, bytes: number): void {
  if (bytes <= assetLimitBytes) return;
  throw plinthError("PLINTH_ASSET_LIMIT", [`a file of ${bytes} bytes`, "assetLimitBytes", assetLimitBytes]);
}
