/** A kind of hostile tenant: its program, how its visitors call it, and how its requests end. */
import type { RuntimeConfig } from "../../../host/manifest/schema.ts";

/** How the hostile tenant's own visitors call it. */
interface HostileRequest {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request is a POST of so many bytes. */
  readonly bodyBytes?: number;
}

export interface Kind {
  /** What it does, and in which language; the tenant's name. */
  readonly name: string;
  /** Outcomes that the kind exists for, as "503 PLINTH_CPU_LIMIT" or "200". A refusal may stand in their place later. */
  readonly ends: RegExp;
  readonly request?: HostileRequest;
  /** Whether the tenant's cron runs every second, besides what its visitors do. */
  readonly everySecond?: boolean;
  /** @param origin host and port of a server that the tenant's fetches reach */
  build(origin: string): Promise<{ component: Uint8Array<ArrayBuffer>; config?: RuntimeConfig }>;
}

/** Endings of what computes for ever. */
export const cut = /^503 PLINTH_CPU_LIMIT$/;
/** Endings of what is ended for its CPU time or for its memory, whichever comes first. */
export const cutOrFull = /^503 PLINTH_(?:CPU|MEMORY)_LIMIT$/;
/** Endings of what waits for ever. */
export const late = /^504 PLINTH_WALL_LIMIT$/;
