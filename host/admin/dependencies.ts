/** The parts of the host that the admin API needs. The composition root hands them over. */

import type { Readable } from "node:stream";
import type { FastifyBaseLogger } from "fastify";
import type { Staging } from "../assets/staging.ts";
import type { KvService } from "../bindings/kv/service.ts";
import type { Secrets } from "../bindings/vars/secrets.ts";
import type { Deployer } from "../deploy/deployer.ts";
import type { SecretReads } from "../deploy/secret-reads.ts";
import type { Parking } from "../fairness/parking.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { LogFilter } from "../observe/log-line.ts";
import type { LogPage, LogQuery } from "../observe/log-store.ts";
import type { Usage } from "../observe/usage.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { Store, TenantName } from "../store/store.ts";
import type { HostnameRules } from "./hostname-rules.ts";
import type { CallRates } from "./rates.ts";

/** `TenantLogs` of host/observe. */
interface TenantLogReader {
  read(query: LogQuery): Promise<LogPage>;
  /** Lines as NDJSON until the stream is destroyed. @throws PLINTH_TAILS */
  tail(tenant: TenantName, filter: LogFilter): Readable;
  endTails(): void;
}

interface Gauge {
  readonly used: number;
  readonly limit: number;
}

interface UsageReader {
  readonly tenants: Usage;
  heldBytes(tenant: string): number;
  host(): Promise<
    Readonly<Record<"workers" | "queue" | "heldBytes" | "connections", Gauge>> & {
      readonly rssBytes: number;
      readonly cpuMs: number;
    }
  >;
}

interface RuntimeCatalog {
  list(): readonly { readonly name: string; readonly version: string; readonly integrity: string }[];
}

interface GroupCatalog {
  readonly states: readonly {
    readonly name: string;
    readonly state: "running" | "starting";
    readonly restarts: number;
    readonly lastStartMs: number | null;
  }[];
}

export interface AdminDependencies {
  store: Store;
  /** Without it there are no routes of static files. */
  staging?: Pick<Staging, "begin" | "put">;
  /** Bytes of the largest static file of a tenant without a limit of its own. */
  assetLimitBytes?: number;
  /** Without it there are no routes of KV. */
  kv?: KvService;
  /** Without them there are no routes of secrets. */
  secrets?: Secrets;
  deployer: Pick<Deployer, "deploy">;
  /** Without it, no secret is refused because a start-up has read it. */
  secretReads?: SecretReads;
  logs: TenantLogReader;
  /** `Scheduler` of host/schedule; without it no tenant has crons. */
  scheduler?: Pick<Scheduler, "crons">;
  /** `Parking` of host/fairness; without it no tenant is parked. */
  parking?: Pick<Parking, "parked" | "release">;
  /** `Metrics` of host/metrics; without it there is no /metrics. */
  metrics?: Pick<Metrics, "contentType" | "text">;
  /** The counts; without them there are no routes of usage. */
  usage?: UsageReader;
  /** Whether the host takes requests. */
  isReady?(): boolean;
  /** Whether visitors of a hostname find a tenant. */
  isServed?(hostname: string): boolean;
  runtimes?: RuntimeCatalog;
  /** `Groups` of host/groups; without them this process runs the tenants. */
  groups?: GroupCatalog | null;
  /** The ingress's domain. */
  domain: string;
  hostnames: HostnameRules;
  /** Calls a second: of one tenant's tokens together, and of each operator's token. */
  rates: CallRates;
  /** Tokens of one tenant, and of the operator. */
  tokenLimit: number;
  /** Bytes of the largest upload of any kind. */
  uploadLimitBytes: number;
  /** Names by which the API may be called, besides localhost and IP addresses: `adminHosts`, and the host of `admin`. */
  hosts?: readonly string[];
  /** Base URL of the ingress, such as "http://127.0.0.1:8080". */
  ingressUrl?: () => string;
  /** The URL at which visitors find the tenant, for the answers' `url`. */
  urlOf?(tenant: TenantName): string;
  logger?: FastifyBaseLogger;
}
