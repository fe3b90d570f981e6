import { expect, it } from "vitest";
import type { PrepareLimits } from "./prepared.ts";
import { startLimit } from "./start-limit.ts";

it("tells which limit a start-up has met, and how much it is", () => {
  const limits = { startCpuMs: 11, memoryBytes: 22 } as PrepareLimits;
  const trap = new Error("unreachable");
  const time = startLimit("cpu", limits, trap);
  expect(time).toMatchObject({ code: "PLINTH_TENANT_START_LIMIT", cause: trap });
  expect(time.message).toMatch(/CPU time.*11 ms/);
  expect(startLimit("memory", limits).message).toMatch(/memory.*22 bytes/);
});
