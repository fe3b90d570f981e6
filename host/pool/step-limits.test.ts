import { describe, expect, it } from "vitest";
import { tenantLimitDefaults } from "../config/limits.ts";
import { staticLimits, stepLimits } from "./step-limits.ts";

const limits = {
  ...tenantLimitDefaults,
  cpuMs: 500,
  wallMs: 30_000,
  memoryLimitBytes: 3 * 65_536 - 1,
  responseBodyLimitBytes: 7,
  logLimitBytes: 8,
  operationLimit: 9,
};

describe("the limits of a step", () => {
  it("are the tenant's in a request's first step", () => {
    expect(stepLimits(limits)).toEqual({
      cpuMs: 500,
      hardMs: 1000,
      memoryPages: 2,
      responseBodyBytes: 7,
      logBytes: 8,
      operations: 9,
    });
  });

  it("are what earlier steps have left of CPU time and operations", () => {
    expect(stepLimits(limits, { cpuMs: 420, operations: 4 })).toMatchObject({ cpuMs: 80, hardMs: 330, operations: 5 });
    expect(stepLimits(limits, { cpuMs: 501, operations: 10 })).toMatchObject({ cpuMs: 1, hardMs: 251, operations: 0 });
  });

  it("are the whole request's in a static program", () => {
    expect(staticLimits(limits)).toEqual({ cpuMs: 500, wallMs: 30_000, responseBodyBytes: 7, logBytes: 8 });
  });
});
