/** A kind of hostile tenant: its program, its visitors' requests, and the ends of these requests. */
import type { RuntimeConfig } from "../../../host/manifest/schema.ts";

/** A request of the hostile tenant's own visitors. */
interface HostileRequest {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Size of the body, if the request is a POST. */
  readonly bodyBytes?: number;
}

export interface Kind {
  /** The attack and its language; also the tenant's name. */
  readonly name: string;
  /**
   * Outcomes that the kind exists for, such as "503 PLINTH_CPU_LIMIT" or "200". Later requests may get a refusal
   * instead.
   */
  readonly ends: RegExp;
  readonly request?: HostileRequest;
  /** Whether the tenant's cron runs every second, besides what its visitors do. */
  readonly everySecond?: boolean;
  /** @param origin host and port of a server that the tenant's fetches reach */
  build(origin: string): Promise<{ component: Uint8Array<ArrayBuffer>; config?: RuntimeConfig }>;
}

/** The ending of a request that computes for ever. */
export const cut = /^503 PLINTH_CPU_LIMIT$/;
/** Endings of a request that is ended for its CPU time or for its memory, whichever comes first. */
export const cutOrFull = /^503 PLINTH_(?:CPU|MEMORY)_LIMIT$/;
/** The ending of a request that waits for ever. */
export const late = /^504 PLINTH_WALL_LIMIT$/;
