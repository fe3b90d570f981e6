import { describe, expect, it } from "vitest";
import { startTestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { answering } from "./support/programs.ts";

const SLEEP_300 = "(await new Promise((resolve) => setTimeout(resolve, 300)), 'slept')";
const SPIN_50 = "(() => { const end = Date.now() + 50; while (Date.now() < end); return 'span'; })()";

async function codeOf(response: Response): Promise<string> {
  const body = await response.text();
  return response.ok ? body : (JSON.parse(body) as { error: { code: string } }).error.code;
}

describe("admission", () => {
  it("answers 429 with Retry-After beyond a tenant's own concurrency, and serves others meanwhile", async () => {
    await using host = await startTestHost({ tenantConcurrency: 10 });
    await host.deploy("busy", answering(SLEEP_300));
    await host.deploy("calm", answering("'fine'"));
    const busy = inParallel(30, 30, () => host.fetch("busy"));
    const calm = await inParallel(20, 1, () => host.fetch("calm"));
    expect(calm.map(({ status }) => status)).toEqual(calm.map(() => 200));
    const answers = await busy;
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(20);
    for (const response of refused) {
      expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await codeOf(response)).toBe("PLINTH_TENANT_BUSY");
    }
    expect(await codeOf(await host.fetch("busy"))).toBe("slept");
  });

  it("answers 503 with Retry-After when too many steps wait for a worker", async () => {
    await using host = await startTestHost({ workers: 1, queueLimit: 5 });
    await host.deploy("spinner", answering(SPIN_50));
    const answers = await inParallel(20, 20, () => host.fetch("spinner"));
    const refused = answers.filter(({ status }) => status === 503);
    // One runs, five wait; a few more may slip in while the first ends.
    expect(refused.length).toBeGreaterThan(8);
    expect(refused.length).toBeLessThan(15);
    for (const response of refused) {
      expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await codeOf(response)).toBe("PLINTH_OVERLOADED");
    }
    expect(await codeOf(await host.fetch("spinner"))).toBe("span");
  });

  it("serves a tenant's single request in turn with another tenant's many", async () => {
    await using host = await startTestHost({ workers: 1 });
    await host.deploy("noisy", answering(SPIN_50));
    await host.deploy("quiet", answering("'heard'"));
    let noisyDone = 0;
    const noise = inParallel(40, 40, async () => {
      await (await host.fetch("noisy")).text();
      noisyDone++;
    });
    while (noisyDone < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await (await host.fetch("quiet")).text();
    // In a first-come queue it would have come last.
    expect(noisyDone).toBeLessThan(20);
    await noise;
  });

  it("holds 500 waiting requests in one worker with one slot, and answers them all", async () => {
    await using host = await startTestHost({ workers: 1, slotsPerRuntime: 1, tenantConcurrency: 500 });
    await host.deploy(
      "sleepers",
      answering("(await new Promise((r) => setTimeout(r, 500)), new URL(request.url).pathname)"),
    );
    const answers = await inParallel(500, 500, async (index) => codeOf(await host.fetch("sleepers", `/${index}`)));
    expect(answers).toEqual(answers.map((_, index) => `/${index}`));
  });
});
