import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { CpuShares } from "../fairness/cpu-shares.ts";
import { HeldMemory } from "../fairness/held-memory.ts";
import { Usage } from "../observe/usage.ts";
import { FirstStart } from "./first-start.ts";
import { LocalEngine } from "./local-engine.ts";
import { engineSettings } from "./settings.ts";

test("threads that start after a few failures are waited for", async () => {
  const start = new FirstStart(2);
  for (let failure = 0; failure < 7; failure++) start.note(new Error("busy"));
  await start.until(Promise.resolve());
  await expect(start.until(new Promise((resolve) => setImmediate(resolve)))).resolves.toBeUndefined();
});

test("an engine whose threads cannot start says so, and does not wait for ever", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "plinth-threads-"));
  try {
    const faults: unknown[] = [];
    await using engine = await LocalEngine.open({
      settings: engineSettings(await loadConfig({ flags: { dataDir, workers: 1 }, environment: {} })),
      runtimes: [],
      // Each thread loads the bindings' modules before it is ready.
      bindings: {
        call: () => expect.unreachable("nothing runs"),
        workerData: { modules: ["file:///nowhere/binding.js"], data: {} },
      },
      heldMemory: new HeldMemory(0),
      shares: new CpuShares(),
      usage: new Usage(),
      onFault: (error) => faults.push(error),
    });
    await expect(engine.warm([])).rejects.toMatchObject({
      code: "PLINTH_THREADS",
      message: expect.stringMatching(/nowhere\/binding\.js.*Give the host/),
    });
    expect(faults.length).toBeGreaterThan(1);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
