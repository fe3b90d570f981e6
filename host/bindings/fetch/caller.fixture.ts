/** Calls of the fetch binding as a request of a tenant makes them, for tests. */
import { type TenantLimits, tenantLimitDefaults } from "../../config/limits.ts";
import type { JsonValue } from "../../store/store.ts";
import { type FetchOptions, FetchSide } from "./fetch.ts";

export interface Fetched {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly url: string;
  readonly redirected: boolean;
  readonly body: Buffer;
}

export interface Caller {
  readonly tenant?: string;
  readonly allow: readonly string[];
  readonly limits?: Partial<TenantLimits>;
}

export interface Wanted {
  readonly method?: string;
  readonly headers?: JsonValue;
  readonly redirect?: string;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** A side that may fetch from loopback. */
export function openBinding(options: Partial<FetchOptions> = {}): FetchSide {
  return new FetchSide({
    privateNetworks: ["127.0.0.1/32"],
    totalConcurrency: 1000,
    totalMemoryBytes: 1e9,
    ...options,
  });
}

/** A request of a tenant. @returns a function that fetches for it */
export function beginRequest(binding: FetchSide, { tenant = "alice", allow, limits = {} }: Caller) {
  const request = {};
  return async (url: string, wanted: Wanted = {}): Promise<Fetched> => {
    const { body = new Uint8Array(0), signal = new AbortController().signal, ...more } = wanted;
    const reply = await binding.call(
      { binding: "fetch", method: "fetch", arguments: { method: "GET", headers: [], url, ...more }, body },
      { allow: [...allow] },
      {
        tenant,
        version: 1,
        requestId: "r1",
        limits: { ...tenantLimitDefaults, ...limits },
        signal,
        request,
      },
    );
    return { ...(reply.value as unknown as Omit<Fetched, "body">), body: Buffer.from(reply.body ?? []) };
  };
}
