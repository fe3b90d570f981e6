import { PlinthError, plinthError } from "../../errors.ts";
import type { Store, TenantName } from "../../store/store.ts";
import type { CallContext, Granting, HostServices, HostSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { argumentsOf, type CacheArguments } from "./arguments.ts";
import type { CacheConfig } from "./binding.ts";
import { keeping, varyOf } from "./freshness.ts";
import { type CachedResponse, TenantCache } from "./tenant-cache.ts";

/** The share of the memory of all caches that one tenant may have. */
const TENANTS_SHARE = 8;

const PARTIAL_CONTENT = 206;

/** All tenants' caches, in this process's memory. Each tenant has its own, and keeps it over its versions. */
export class CacheSide implements HostSide<CacheConfig, CacheConfig> {
  readonly #limitBytes: number;
  readonly #store: Pick<Store, "onChange" | "getVersion">;
  readonly #tenants = new Map<string, TenantCache>();
  readonly #unsubscribe: () => void;

  static async open({ config, store }: HostServices): Promise<CacheSide> {
    return new CacheSide(config.cacheMemoryLimitBytes, store);
  }

  constructor(limitBytes: number, store: Pick<Store, "onChange" | "getVersion">) {
    this.#limitBytes = limitBytes;
    this.#store = store;
    this.#unsubscribe = store.onChange(({ tenant, kind }) => {
      if (kind === "tenant-deleted") this.#tenants.delete(tenant);
    });
  }

  grant({ config }: Granting<CacheConfig>): CacheConfig | undefined {
    return config;
  }

  async call(
    { method, arguments: named, body }: BindingCall,
    grant: CacheConfig | undefined,
    { tenant, version }: CallContext,
  ): Promise<BindingReply> {
    const now = Date.now();
    if (method === "match") {
      const asked = argumentsOf("match", named);
      if (asked.method !== "GET" && asked.ignoreMethod !== true) return { value: null };
      const found = this.#tenants.get(tenant)?.match(asked, asked, now);
      return found === undefined ? { value: null } : replyOf(found, now);
    }
    if (method === "delete") {
      const asked = argumentsOf("delete", named);
      const isGet = asked.method === "GET" || asked.ignoreMethod === true;
      return { value: isGet && (this.#tenants.get(tenant)?.delete(asked, asked, now) ?? false) };
    }
    if (method !== "put") throw plinthError("PLINTH_BINDING_UNKNOWN", ["cache", method]);
    const put = argumentsOf("put", named);
    if (!this.#has(tenant, version)) return { value: false };
    return { value: this.#put(tenant, put, body, { now, seconds: grant?.seconds ?? null }) };
  }

  /** A request may outlive its tenant. A new tenant of that name gets other versions, and must not find its responses. */
  #has(tenant: string, version: number): boolean {
    try {
      this.#store.getVersion(tenant as TenantName, version);
      return true;
    } catch (error) {
      if (error instanceof PlinthError) return false;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
  }

  /** @returns whether the response is kept */
  #put(
    tenant: string,
    put: CacheArguments<"put">,
    body: Uint8Array,
    { now, seconds }: { now: number; seconds: number | null },
  ): boolean {
    const { status, statusText, responseFields } = put;
    if (put.method !== "GET" || status === PARTIAL_CONTENT || varyOf(responseFields) === null) {
      throw plinthError("PLINTH_BINDING_CALL", ["a cache keeps whole answers to GET, without Vary: *"]);
    }
    const kept = keeping(responseFields, now, seconds);
    if (kept === null) {
      this.#tenants.get(tenant)?.delete(put, {}, now);
      return false;
    }
    const limitBytes = this.#limitBytes / TENANTS_SHARE;
    const response: CachedResponse = { status, statusText, ...kept, body, since: now };
    if (!TenantCache.fits(put, response, limitBytes)) {
      throw plinthError("PLINTH_CACHE_TOO_LARGE", [put.url, body.length, limitBytes]);
    }
    const cache = this.#tenants.get(tenant) ?? new TenantCache(limitBytes);
    this.#tenants.set(tenant, cache);
    cache.put(put, response, now);
    this.#makeRoom();
    return true;
  }

  /** The tenant that has most gives first, so that nobody empties the caches of others. */
  #makeRoom(): void {
    const all = [...this.#tenants.values()];
    let bytes = all.reduce((sum, cache) => sum + cache.bytes, 0);
    while (bytes > this.#limitBytes) {
      const largest = all.reduce((most, cache) => (cache.bytes > most.bytes ? cache : most));
      const before = largest.bytes;
      largest.shrink();
      bytes -= before - largest.bytes;
    }
  }
}

function replyOf({ status, statusText, fields, body, since }: CachedResponse, now: number): BindingReply {
  const inOther = Number(fields.find(([name]) => name === "age")?.[1]) || 0;
  const age = Math.floor((now - since) / 1_000) + inOther;
  const headers = [...fields.filter(([name]) => name !== "age").map(([...field]) => field), ["age", String(age)]];
  return { value: { status, statusText, headers }, body };
}
