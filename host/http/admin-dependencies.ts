/** What the admin API needs of the rest of the host; the composition root gives it. */

import type { FastifyBaseLogger } from "fastify";
import type { Store, TenantName, Version } from "../store/store.ts";

export interface Deployer {
  /**
   * From upload to version, by the steps of host/deploy.
   *
   * @param component at most `AdminDependencies.uploadLimitBytes` long; the narrower limit of a slim component is the
   *   deployer's to apply, since the kind is known only once the bytes have been read
   * @throws PlinthError any of errors/upload.ts, and those of `Store.addVersion`
   */
  deploy(tenant: TenantName, component: Uint8Array, options: { activate: boolean }): Promise<Version>;
}

export interface LogLine {
  /** ms since the epoch. */
  readonly time: number;
  readonly level: string;
  readonly message: string;
  readonly version?: number;
  /** The request that wrote it. */
  readonly request?: string;
}

export interface TenantLogReader {
  /** The tenant's last lines, at most `limit`, oldest first. */
  read(tenant: TenantName, limit: number): readonly LogLine[];
}

export interface RuntimeCatalog {
  list(): readonly { readonly name: string; readonly version: string; readonly integrity: string }[];
}

export interface AdminDependencies {
  store: Store;
  deployer: Deployer;
  logs?: TenantLogReader;
  runtimes?: RuntimeCatalog;
  /** The ingress's domain: no tenant can have a custom hostname in it. */
  domain: string;
  /** Bytes of the largest upload of any kind. */
  uploadLimitBytes: number;
  /** Names by which the API may be called, besides localhost and IP addresses: `adminHosts`, and the host of `admin`. */
  hosts?: readonly string[];
  /** Base URL of the ingress, such as "http://127.0.0.1:8080". */
  ingressUrl?: string;
  /** Where visitors find the tenant, for the answers' `url`. */
  urlOf?(tenant: TenantName): string;
  logger?: FastifyBaseLogger;
}
