import { describe, expect, it } from "vitest";
import { nearGates, startGate } from "./support/gate.ts";
import { startTestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { answering } from "./support/programs.ts";

/** The work is a fixed amount and not a fixed time, so that a busy machine slows it as much as everything else. */
const WORK = "(() => { for (let n = 0; n < 2e6; n++); return 'worked'; })()";

async function codeOf(response: Response): Promise<string> {
  const body = await response.text();
  return response.ok ? body : (JSON.parse(body) as { error: { code: string } }).error.code;
}

describe("admission", () => {
  it("answers 429 with Retry-After beyond a tenant's own concurrency, and serves others meanwhile", async () => {
    await using gate = await startGate();
    await using host = await startTestHost({ ...nearGates, tenantConcurrency: 10 });
    await host.deploy("busy", gate.admit(answering(`(${gate.wait}, 'waited')`)));
    await host.deploy("calm", answering("'fine'"));
    let answered = 0;
    const busy = inParallel(30, 30, () => host.fetch("busy").finally(() => answered++));
    await gate.arrived(10);
    await expect.poll(() => answered).toBe(20);
    const calm = await inParallel(20, 1, () => host.fetch("calm"));
    expect(calm.map(({ status }) => status)).toEqual(calm.map(() => 200));
    gate.open();
    const answers = await busy;
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(20);
    for (const response of refused) {
      expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await codeOf(response)).toBe("PLINTH_TENANT_BUSY");
    }
    expect(await codeOf(await host.fetch("busy"))).toBe("waited");
  });

  it("answers 503 with Retry-After when too many steps wait for a worker", async () => {
    await using host = await startTestHost({ workers: 1, queueLimit: 5, cpuMs: 60_000, wallMs: 600_000 });
    await host.deploy("spinner", answering(WORK));
    const answers = await inParallel(20, 20, () => host.fetch("spinner"));
    const refused = answers.filter(({ status }) => status === 503);
    // One request runs and five wait. A few more may slip in while the first one ends.
    expect(refused.length).toBeGreaterThan(8);
    expect(refused.length).toBeLessThan(15);
    for (const response of refused) {
      expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await codeOf(response)).toBe("PLINTH_OVERLOADED");
    }
    expect(await codeOf(await host.fetch("spinner"))).toBe("worked");
  });

  it("serves a tenant's single request in turn with another tenant's many", async () => {
    await using host = await startTestHost({ workers: 1, cpuMs: 60_000, wallMs: 600_000 });
    await host.deploy("noisy", answering(WORK));
    await host.deploy("quiet", answering("'heard'"));
    let noisyDone = 0;
    const noise = inParallel(40, 40, async () => {
      await (await host.fetch("noisy")).text();
      noisyDone++;
    });
    while (noisyDone < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await (await host.fetch("quiet")).text();
    // In a first-come queue this request would have come last.
    expect(noisyDone).toBeLessThan(20);
    await noise;
  });

  it("holds 500 waiting requests in one worker with one slot, and answers them all", async () => {
    await using gate = await startGate();
    await using host = await startTestHost({ ...nearGates, workers: 1, slotsPerRuntime: 1, tenantConcurrency: 500 });
    const program = `(await new Promise((r) => setTimeout(r, 5)), ${gate.wait}, new URL(request.url).pathname)`;
    await host.deploy("patient", gate.admit(answering(program)));
    const waiting = inParallel(500, 500, async (index) => codeOf(await host.fetch("patient", `/${index}`)));
    await gate.arrived(500);
    gate.open();
    const answers = await waiting;
    expect(answers).toEqual(answers.map((_, index) => `/${index}`));
  });
});
