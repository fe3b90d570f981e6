import { STATUS_CODES } from "node:http";
import { Assets, type VersionAssets } from "../../assets/assets.ts";
import { representationOf } from "../../assets/representation.ts";
import { Staging } from "../../assets/staging.ts";
import { limitsOf } from "../../config/limits.ts";
import { plinthError } from "../../errors.ts";
import { HeldMemory } from "../../fairness/held-memory.ts";
import type { CallContext, Granting, HostServices, HostSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { assetRequestOf } from "./arguments.ts";
import type { AssetsConfig } from "./binding.ts";

/** The grant of a version: its files, and the name by which its program asks for them. */
export interface AssetsGrant extends VersionAssets {
  readonly binding: string | null;
}

/** Field lines of a request that have a meaning here. The body of an answer is never compressed for a program. */
const CONDITIONS = ["if-none-match", "cache-control", "range", "if-range"];

/** The files of all tenants' versions. The ingress answers with them, too. */
export class AssetsSide implements HostSide<AssetsConfig, AssetsGrant> {
  readonly assets: Assets;
  readonly staging: Staging;
  readonly #memory: HeldMemory;
  readonly #unsubscribe: () => void;

  static async open({ config, store }: HostServices): Promise<AssetsSide> {
    return new AssetsSide({ config, store });
  }

  constructor({ config, store }: Pick<HostServices, "config" | "store">) {
    const blobPath = store.blobPath.bind(store);
    this.assets = new Assets({ blobPath, memoryBytes: config.assetMemoryLimitBytes });
    this.staging = new Staging({
      store,
      files: this.assets.files,
      limitsOf: (tenant) => limitsOf(config, store.getTenant(tenant).limits),
    });
    this.#memory = new HeldMemory(config.totalFetchMemoryLimitBytes);
    this.#unsubscribe = store.onChange(({ tenant, kind }) => {
      if (kind === "tenant-deleted") this.staging.forget(tenant);
    });
  }

  /** A version has both the files and the configuration, or neither: the deploy checks this. */
  grant({ config, artifacts }: Granting<AssetsConfig>): AssetsGrant | undefined {
    if (config === undefined || artifacts.assets === undefined) return undefined;
    const { binding = null, htmlHandling = "auto-trailing-slash", notFound = "none", runWorkerFirst = false } = config;
    return { list: artifacts.assets, binding, htmlHandling, notFound, runWorkerFirst };
  }

  async call(
    { method, arguments: named }: BindingCall,
    grant: AssetsGrant | undefined,
    { tenant, limits }: CallContext,
  ): Promise<BindingReply> {
    if (method !== "fetch") throw plinthError("PLINTH_BINDING_UNKNOWN", ["assets", method]);
    if (grant === undefined) throw plinthError("PLINTH_BINDING_CALL", ["this program has no assets"]);
    const request = assetRequestOf(named);
    const { href, pathname, search } = request.url;
    const head = (status: number, headers: [string, string][]) => ({
      status,
      statusText: STATUS_CODES[status] ?? "",
      headers,
      url: href,
      redirected: false,
    });
    if (request.method !== "GET" && request.method !== "HEAD") return { value: head(405, [["allow", "GET, HEAD"]]) };
    const site = await this.assets.site(grant);
    const found = site.find(pathname) ?? site.instead(pathname);
    if (found === null) return { value: head(404, []) };
    const headers = Object.fromEntries(CONDITIONS.map((name) => [name, request.headers[name]]));
    const asked = { method: request.method, headers, query: search, mount: "" };
    const { status, headers: fields, length, body } = representationOf(found, asked, () => undefined);
    if (length !== undefined) fields.push(["content-length", String(length)]);
    const value = head(status, fields);
    if (body === null || "form" in body) return { value };
    const { asset, start, end } = body;
    const limit = Math.min(limits.fetchBodyLimitBytes, limits.fetchMemoryLimitBytes);
    if (asset.bytes > limit) throw plinthError("PLINTH_FETCH_TOO_LARGE", ["response", limit]);
    using _held = this.#hold(tenant, asset.bytes, limits.fetchMemoryLimitBytes);
    return { value, body: (await this.assets.files.bytes(asset)).subarray(start, end + 1) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
  }

  /** @throws PLINTH_FETCH_BUSY */
  #hold(tenant: string, bytes: number, limit: number): Disposable {
    try {
      return this.#memory.hold(tenant, bytes, limit);
    } catch (cause) {
      throw plinthError("PLINTH_FETCH_BUSY", ["the files being read fill the memory for them"], { cause });
    }
  }
}
