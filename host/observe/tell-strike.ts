import type { Logger } from "pino";
import type { Strike } from "../fairness/parking.ts";
import type { TenantName } from "../store/names.ts";
import type { TenantLogs } from "./tenant-log.ts";

/** Tells a tenant's owner and the operator that the tenant was slowed or parked. */
export function tellStrike(
  tenant: TenantName,
  { slowedBy, parked }: Strike,
  { logger, logs }: { logger: Logger; logs: Pick<TenantLogs, "note"> },
): void {
  if (parked === null) {
    const share = `1/${slowedBy} of its share of CPU time`;
    logs.note(tenant, null, "warn", `limits keep ending the tenant's requests, so it gets ${share} beside others`);
    logger.warn({ event: "tenant-slowed", tenant, slowedBy }, "a tenant that keeps being cut was slowed");
    return;
  }
  const { until, reason } = parked;
  logs.note(tenant, null, "error", `the tenant is parked until ${until}: ${reason}`);
  logger.warn({ event: "tenant-parked", tenant, until }, "a tenant that keeps being cut was parked");
}
