import { expect, it } from "vitest";
import { tenantLimitDefaults } from "../config/limits.ts";
import type { LimitHit } from "../protocol/slot-step.ts";
import { limitError } from "./limit-error.ts";

const limits = { ...tenantLimitDefaults, cpuMs: 11, wallMs: 22, memoryLimitBytes: 33, responseBodyLimitBytes: 44 };

it.each<[LimitHit | null, string, string]>([
  ["cpu", "PLINTH_CPU_LIMIT", "11 ms"],
  ["wall", "PLINTH_WALL_LIMIT", "22 ms"],
  ["memory", "PLINTH_MEMORY_LIMIT", "33 bytes"],
  ["response", "PLINTH_RESPONSE_TOO_LARGE", "44 bytes"],
  ["response-headers", "PLINTH_BAD_RESPONSE", "headers are too large"],
  ["never-settles", "PLINTH_TENANT_NEVER_RESPONDS", ""],
  ["operations", "PLINTH_TENANT_EXCEPTION", ""],
  [null, "PLINTH_TENANT_EXCEPTION", ""],
])("the limit %s is told as %s", (hit, code, text) => {
  expect(limitError(hit, limits)).toMatchObject({ code, message: expect.stringContaining(text) });
});
