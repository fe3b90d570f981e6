/** The meaning of each limit of a tenant, for editors: one line for each limit of host/config/limits.ts. */
import type { TenantLimits } from "../config/limits.ts";

export const limitDescriptions: Readonly<Record<keyof TenantLimits, string>> = {
  memoryLimitBytes: "Bytes of linear memory, the runtime's base image included.",
  cpuMs: "CPU time of a request over all its steps, ms.",
  cpuWeight: "Share of the CPU time when tenants compete for it. A usual tenant has 100.",
  wallMs: "Time from a request's arrival to its end, waits included, ms.",
  responseBodyLimitBytes: "Bytes of a response's body.",
  tenantConcurrency: "Requests under way at once. The host answers further ones with 429.",
  waitingMemoryLimitBytes:
    "Bytes that the tenant's requests hold together: bodies, responses, and the memory of those that wait.",
  operationLimit: "Timers and binding calls outstanding at once in a request.",
  logLimitBytes: "Bytes of log text kept from one step of a request.",
  fetchTimeoutMs: "Time of one fetch, redirects included, ms.",
  fetchLimit: "Fetches that a request may make.",
  fetchRequestConcurrency: "Fetches of a request under way at once; more wait.",
  fetchConcurrency: "Fetches of all the tenant's requests under way at once; more wait.",
  fetchBodyLimitBytes: "Bytes of a fetch's body, the request's or the response's, decompressed.",
  fetchMemoryLimitBytes: "Bytes of response bodies that the host has received of the tenant's fetches under way.",
  kvStorageMib: "MiB of keys, values and metadata in all KV namespaces that the tenant owns.",
  versionCount: "Versions of the tenant, the active one included.",
  versionStorageMib: "MiB of the tenant's versions: uploads, the files that deploys have made of them, and assets.",
  assetCount: "Static files of a version.",
  assetLimitBytes: "Bytes of a static file.",
  assetTotalMib: "MiB of a version's static files.",
};
