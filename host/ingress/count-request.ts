import type { TenantLogs } from "../observe/tenant-log.ts";
import type { Usage } from "../observe/usage.ts";
import type { Target } from "../pool/target.ts";
import type { Access } from "./access-log.ts";

export interface RequestCounters {
  readonly usage: Usage;
  readonly latency: { observe(ms: number): void };
  readonly logs: Pick<TenantLogs, "ended">;
}

/** Characters of a URL that are shown. */
const URL_LENGTH = 500;

/** Counts a request whose answer has been written, and shows it live. Those of no tenant are in the host's log alone. */
export function countRequest(
  { usage, latency, logs }: RequestCounters,
  target: Target | null,
  { reqId, method, url, status, ms, aborted }: Access,
): void {
  if (target === null) return;
  const { tenant, version } = target;
  const own = usage.of(tenant);
  own.answers[Math.trunc(status / 100)]!++;
  own.wallMs += ms;
  latency.observe(ms);
  const end = aborted ? "the client has gone" : status;
  const message = `${method} ${url.slice(0, URL_LENGTH)} ${end}, ${ms} ms`;
  logs.ended(tenant, status, { time: Date.now(), version, request: reqId, message });
}
