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

/**
 * Counts a request whose answer has been written, and shows it live. A request of no tenant is in the host's log alone.
 *
 * @param headMs time until the answer's head. It stands for the latency of a body that flows, which may take hours
 */
export function countRequest(
  { usage, latency, logs }: RequestCounters,
  target: Target | null,
  { reqId, method, url, status, ms, aborted, broken }: Access,
  headMs: number,
): void {
  if (target === null) return;
  const { tenant, version } = target;
  const own = usage.of(tenant);
  own.answers[Math.trunc(status / 100)]!++;
  own.wallMs += headMs;
  latency.observe(headMs);
  let end = String(status);
  if (aborted) end = "the client has gone";
  else if (broken) end = `${status}, and the body broke off`;
  const message = `${method} ${url.slice(0, URL_LENGTH)} ${end}, ${ms} ms`;
  logs.ended(tenant, status, { time: Date.now(), version, request: reqId, message });
}
