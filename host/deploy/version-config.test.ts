import { describe, expect, test } from "vitest";
import { tenantLimitDefaults } from "../config/limits.ts";
import { lowered, refuseLimitsAbove } from "./version-config.ts";

describe("limits", () => {
  test("of a version only lower those of the tenant", () => {
    const limits = lowered(tenantLimitDefaults, { cpuMs: 5, wallMs: 10 ** 9 });
    expect(limits).toEqual({ ...tenantLimitDefaults, cpuMs: 5 });
    expect(lowered(tenantLimitDefaults)).toEqual(tenantLimitDefaults);
  });

  test("above those of the tenant are refused at the deploy", () => {
    refuseLimitsAbove(tenantLimitDefaults, { cpuMs: tenantLimitDefaults.cpuMs, wallMs: 1 });
    refuseLimitsAbove(tenantLimitDefaults);
    expect(() => refuseLimitsAbove(tenantLimitDefaults, { wallMs: 1, cpuMs: 501 })).toThrow(
      expect.objectContaining({ code: "PLINTH_MANIFEST_LIMIT", details: { limit: "cpuMs", allowed: 500 } }),
    );
  });
});
