import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { PrepareLimits } from "../deploy/prepared.ts";

/** Plain data: an engine may be in another process. */
export interface EngineSettings {
  /** Threads that may be busy at once in the fast lane of each pool. */
  readonly workers: number;
  readonly slotsPerRuntime: number;
  /** Requests that wait in each pool. */
  readonly queueLimit: number;
  /** Bytes of the machine code of large programs that is kept ready. */
  readonly codeMemoryLimitBytes: number;
  readonly runtimeFolders: readonly string[];
  /** The folder in which deploys keep glue by shape, so that a known shape is not transpiled again after a restart. */
  readonly glueFolder: string;
  readonly prepareLimits: PrepareLimits;
}

/** The watchdog ends a tenant's top-level code at this multiple of its CPU limit. */
const START_HARD_FACTOR = 2;

export function engineSettings(config: Config): EngineSettings {
  const { workers, slotsPerRuntime, queueLimit, codeMemoryLimitBytes, runtimeFolders } = config;
  return {
    workers,
    slotsPerRuntime,
    queueLimit,
    codeMemoryLimitBytes,
    runtimeFolders,
    glueFolder: join(config.dataDir, "glue"),
    prepareLimits: {
      slimBytes: config.uploadLimitBytes,
      staticBytes: config.staticUploadLimitBytes,
      manifestBytes: config.manifestLimitBytes,
      startCpuMs: config.startCpuMs,
      startHardMs: config.startCpuMs * START_HARD_FACTOR,
      memoryBytes: config.memoryLimitBytes,
      logBytes: config.logLimitBytes,
    },
  };
}
