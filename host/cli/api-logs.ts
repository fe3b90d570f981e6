/** The logs of tenants, as the admin API gives them. */
import { tenantPath } from "./api-client.ts";
import type { ApiTransport } from "./api-transport.ts";
import type { Answer } from "./api-types.ts";

export type TenantLogLine = Answer<"readLogs">["lines"][number];

export interface LogQuery {
  readonly level?: TenantLogLine["level"] | undefined;
  readonly search?: string | undefined;
}

/**
 * Reads the last lines, oldest first. A page of long lines ends before the limit, so several pages may be read.
 *
 * @param query `since` and `until` in ms since the epoch
 */
export async function readLogs(
  api: ApiTransport,
  tenant: string,
  { limit, ...query }: LogQuery & { limit: number; since?: number | undefined; until?: number | undefined },
): Promise<readonly TenantLogLine[]> {
  let lines: readonly TenantLogLine[] = [];
  let before: number | undefined;
  do {
    const page: Answer<"readLogs"> = await api.call(`${tenantPath(tenant)}/logs`, {
      query: { ...query, limit: limit - lines.length, before },
    });
    lines = [...page.lines, ...lines];
    before = page.before ?? undefined;
  } while (before !== undefined && lines.length < limit);
  return lines;
}

/** Gives lines from now on, and one for each request, until the host ends or the signal is aborted. */
export function tailLogs(
  api: ApiTransport,
  tenant: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<TenantLogLine> {
  return api.lines(`${tenantPath(tenant)}/tail`, { query: { ...query, requests: true }, signal });
}
