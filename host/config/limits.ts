/**
 * Every limit of the host, with its default. Each is a setting of the same name (docs/reference/configuration.md). A
 * tenant's limits can also be set for a single tenant.
 */

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** Limits of one tenant. */
export const tenantLimitDefaults = {
  /** Bytes of linear memory, base image included. A request that needs more sees the allocation fail. */
  memoryLimitBytes: 64 * MIB,
  /** CPU time of a request over all its steps, ms. */
  cpuMs: 500,
  /** Share of the CPU time where tenants compete for it: one with 200 gets twice as much as one with 100. */
  cpuWeight: 100,
  /** Time from a request's arrival to its end, waits included, ms. */
  wallMs: 30_000,
  /** Bytes of a response's body. */
  responseBodyLimitBytes: 10 * MIB,
  /** Requests under way at once, including requests that wait for a slot, a timer or a binding. More are answered 429. */
  tenantConcurrency: 200,
  /**
   * Bytes that the tenant's requests hold together: bodies, responses, and the memory of requests that wait. The host
   * answers 429 to a request beyond them.
   */
  waitingMemoryLimitBytes: 256 * MIB,
  /** Timers and binding calls outstanding at once in a request. */
  operationLimit: 1_000,
  /** Bytes of log text kept from one step of a request; the rest is counted and dropped. */
  logLimitBytes: 64 * KIB,
  /** Time of one fetch from its first connection to the last byte of its response, redirects included, ms. */
  fetchTimeoutMs: 20_000,
  /** Fetches that a request may make. */
  fetchLimit: 50,
  /** Fetches of a request under way at once; more wait until one of them has ended. */
  fetchRequestConcurrency: 6,
  /** Fetches of all the tenant's requests under way at once; more wait. */
  fetchConcurrency: 50,
  /** Bytes of a fetch's body, the request's or the response's, decompressed. */
  fetchBodyLimitBytes: 10 * MIB,
  /** Bytes of response bodies that the host has received for the tenant's fetches under way. */
  fetchMemoryLimitBytes: 64 * MIB,
  /** MiB of keys, values and metadata in all KV namespaces that the tenant owns. */
  kvStorageMib: 1024,
  /** Versions of the tenant, the active one included. */
  versionCount: 1_000,
  /**
   * MiB of the uploads of the tenant's versions, of the files that deploys have made of them, and of the versions' static
   * files. A static file that several versions have counts once.
   */
  versionStorageMib: 1024,
  /** Static files of a version. */
  assetCount: 5_000,
  /** Bytes of a static file. */
  assetLimitBytes: 25 * MIB,
  /** MiB of a version's static files. */
  assetTotalMib: 512,
};

/** Limits of the host as a whole. */
export const hostLimitDefaults = {
  /**
   * Bytes of an uploaded slim component. Programs with large modules fit. Two other limits bound their cost:
   * `versionStorageMib` on disk, and `codeMemoryLimitBytes` in memory.
   */
  uploadLimitBytes: 32 * MIB,
  /** Bytes of an uploaded static component. Each brings a whole language runtime: 1 to 13 MB, and Python 18 to 30. */
  staticUploadLimitBytes: 32 * MIB,
  /** Bytes of the configuration that a version takes along, as JSON. It travels to a worker with its tenant's requests. */
  manifestLimitBytes: 64 * KIB,
  /** Bytes of a secret's value, in UTF-8. */
  secretLimitBytes: 5 * KIB,
  /** Secrets of a tenant. */
  secretCountLimit: 100,
  /** Calls of the admin API a second by all tokens of a tenant; five times that at once after a silence. */
  tenantAdminCallsPerSecond: 20,
  /** Calls of the admin API a second by each of the operator's tokens; five times that at once after a silence. */
  operatorAdminCallsPerSecond: 1_000,
  /** Tokens of one tenant, and of the operator, expired ones included. */
  tokenLimit: 100,
  /** CPU time of the top-level code, once at deploy time, ms. */
  startCpuMs: 2_000,
  /** Bytes of a request's body. */
  requestBodyLimitBytes: 10 * MIB,
  /** Connections of visitors at once, but never more than three quarters of the process's descriptors; more are closed. */
  maxConnections: 10_000,
  /** Time from a request's first byte to its last, ms. The bytes that have come are held in memory. */
  requestTimeoutMs: 120_000,
  /** The longest time that a request's body may take at any rate, ms. */
  bodyGraceMs: 15_000,
  /** The least rate of a request's body after that, on average, bytes per second. */
  bodyBytesPerSecond: KIB,
  /** Time in which a client may read nothing of a response, ms. */
  responseIdleMs: 60_000,
  /** Requests of all tenants that wait for a slot; more are answered 503. */
  queueLimit: 2_000,
  /**
   * Bytes of modules and machine code of large programs that are kept ready for requests. Other programs are compiled anew
   * when they are called. A tenant's programs take a quarter at the most.
   */
  codeMemoryLimitBytes: 512 * MIB,
  /** Bytes of static files and their compressed forms that are kept in memory, of all tenants. */
  assetMemoryLimitBytes: 64 * MIB,
  /** Bytes of the responses in all tenants' caches (the Cache API). A tenant's responses take at most an eighth. */
  cacheMemoryLimitBytes: 128 * MIB,
  /**
   * Bytes that the requests of all tenants hold together: bodies, responses, and the memory of requests that wait. The
   * host answers 503 to a request beyond them.
   */
  totalWaitingMemoryLimitBytes: 1024 * MIB,
  /** CPU time lost to requests that limits have ended, ms. From then on it counts against the tenant (parking). */
  parkLostCpuMs: 2_000,
  /** Percentage of a tenant's CPU time that must be lost. */
  parkSharePercent: 50,
  /** Time of a tenant's first parking, ms. Each further one is twice as long, up to an hour. */
  parkMs: 60_000,
  /** Fetches of all tenants under way at once; more wait in turn. */
  totalFetchConcurrency: 1_000,
  /** Bytes of response bodies that the host has received for all tenants' fetches under way. */
  totalFetchMemoryLimitBytes: 512 * MIB,
  /** Log lines of a tenant a second; ten times that at once after a silence. More are counted and dropped. */
  tenantLogLinesPerSecond: 500,
  /** Bytes of a tenant's log a second; ten times that at once after a silence. More are counted and dropped. */
  tenantLogBytesPerSecond: 256 * KIB,
  /** Bytes of a tenant's log that are kept; the oldest lines go. */
  tenantLogBytes: 16 * MIB,
  /** Bytes of all tenants' logs that are kept. The tenant that holds most loses its oldest lines. */
  totalLogBytes: 1024 * MIB,
  /** Hours that log lines are kept. */
  logHours: 168,
  /** Live views of one tenant's log at once; more are answered 429. */
  tailLimit: 10,
  /** Days that entries of the audit log are kept. */
  auditDays: 365,
  /** Time that a shutdown gives the requests under way to end, ms. */
  shutdownGraceMs: 10_000,
};

/**
 * Bytes of a fetch's URL and header fields together. It is no setting: no server takes more, and it costs main-thread time.
 */
export const FETCH_HEAD_LIMIT_BYTES = 64 * KIB;

/** Largest value of any limit: the longest timer of Node, so that each limit in ms can be one; in bytes, 2 GiB - 1. */
export const LARGEST_LIMIT = 2 ** 31 - 1;

export type TenantLimits = { readonly [Name in keyof typeof tenantLimitDefaults]: number };

/**
 * The limits of a tenant: the host's, replaced by the tenant's own where it has any.
 *
 * @param host the host's configuration
 * @param own `Tenant.limits` of the store. Values that are no numbers and names that are no limits are passed over, because
 *   the admin API does not let them in
 */
export function limitsOf(host: TenantLimits, own: Readonly<Record<string, unknown>>): TenantLimits {
  const limits: Record<string, number> = {};
  for (const name of Object.keys(tenantLimitDefaults) as (keyof TenantLimits)[]) {
    const value = own[name];
    limits[name] = typeof value === "number" ? value : host[name];
  }
  return limits as TenantLimits;
}
