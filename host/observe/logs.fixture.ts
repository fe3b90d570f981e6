/** Logs for tests: with small limits, in a folder of the test's. */
import { pino } from "pino";
import { type TenantLogOptions, TenantLogs } from "./tenant-log.ts";

export function testLogs(folder: string, options: Partial<TenantLogOptions> = {}): TenantLogs {
  return new TenantLogs({
    logger: pino({ level: "silent" }),
    blobPath: (hash) => hash,
    folder,
    retention: { ageMs: 3_600_000, tenantBytes: 100_000, totalBytes: 1_000_000 },
    rate: { linesPerSecond: 1_000, bytesPerSecond: 100_000 },
    tailLimit: 3,
    ...options,
  });
}
