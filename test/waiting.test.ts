import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nearGates, startGate } from "./support/gate.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { logOf } from "./support/logs.ts";
import { answering, slimComponent } from "./support/programs.ts";

it("puts no more memory of waiting requests aside than a tenant may hold", async () => {
  await using gate = await startGate();
  await using host = await startTestHost({ ...nearGates, waitingMemoryLimitBytes: 5_000_000 });
  const program = `export default { async fetch() {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const kept = Array.from({ length: 30 }, () => bytes.slice());
    ${gate.wait};
    return new Response(String(kept.length));
  } };`;
  await host.deploy("hoarder", gate.admit(slimComponent(program)));
  const statuses: number[] = [];
  const all = inParallel(6, 6, async () => void statuses.push((await host.fetch("hoarder")).status));
  await expect.poll(() => statuses).toEqual([429, 429, 429, 429]);
  gate.open();
  await all;
  expect(statuses).toEqual([429, 429, 429, 429, 200, 200]);
  // The requests have given back the memory that they held.
  expect((await host.fetch("hoarder")).status).toBe(200);
});

it("a request that waits survives the end of the worker in which it began", async () => {
  await using gate = await startGate();
  await using host = await startTestHost({ ...nearGates, cpuMs: 100 });
  await host.deploy("patient", gate.admit(answering(`(${gate.wait}, 'patient')`)));
  // This program exceeds its CPU time inside one native call, so its worker has to be ended.
  await host.deploy("runaway", answering("new Array(2 ** 32 - 1).indexOf(1)"));
  const patient = Promise.all(Array.from({ length: 20 }, () => host.fetch("patient")));
  await gate.arrived(20);
  const runaways = await Promise.all(Array.from({ length: 3 }, () => host.fetch("runaway")));
  expect(runaways.map(({ status }) => status)).toEqual([503, 503, 503]);
  gate.open();
  expect(await Promise.all((await patient).map((response) => response.text()))).toEqual(Array(20).fill("patient"));
});

describe("requests that wait", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost(nearGates);
  });
  afterAll(() => host.close());

  it("goes on after timers, in their order", async () => {
    const program = `
      const sleep = (ms, what) => new Promise((resolve) => setTimeout(() => resolve(what), ms));
      export default {
        async fetch() {
          const first = await Promise.race([sleep(80, "late"), sleep(20, "early")]);
          const all = await Promise.all([sleep(5, 1), sleep(1, 2), sleep(3, 3)]);
          let ticks = 0;
          await new Promise((resolve) => {
            const interval = setInterval(() => { if (++ticks === 3) { clearInterval(interval); resolve(); } }, 2);
          });
          return new Response([first, all.join(), ticks].join(" "));
        },
      };`;
    await host.deploy("timers", slimComponent(program));
    expect(await (await host.fetch("timers")).text()).toBe("early 1,2,3 3");
  });

  it("answers at once and works on in waitUntil", async () => {
    await using gate = await startGate();
    const program = `
      export default {
        async fetch(request, env, ctx) {
          ctx.waitUntil((async () => { ${gate.wait}; console.log("done behind the answer"); })());
          return new Response("answered");
        },
      };`;
    await host.deploy("background", gate.admit(slimComponent(program)));
    expect(await (await host.fetch("background")).text()).toBe("answered");
    await gate.arrived(1);
    expect(await logOf(host, "background")).toBe("");
    gate.open();
    await expect.poll(() => logOf(host, "background")).toBe("info: done behind the answer");
  });

  it("counts CPU time over all steps of a request", async () => {
    const program = `
      export default {
        async fetch() {
          for (;;) {
            const end = Date.now() + 50;
            while (Date.now() < end);
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        },
      };`;
    await host.deploy("glutton", slimComponent(program));
    expect((await host.fetch("glutton")).status).toBe(503);
  });
});
