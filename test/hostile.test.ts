import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering, slimComponent } from "./support/programs.ts";

/** Limits of the programs that compute for ever. All others have more time than they need on a busy machine. */
const limits = { cpuMs: 200 };

/** Attacks of a tenant on its host, and how the request must end. */
const attacks = [
  { name: "an infinite loop", code: "for (;;);", status: 503, error: "PLINTH_CPU_LIMIT", limits },
  {
    name: "an infinite loop that catches everything",
    code: "for (;;) { try { for (;;); } catch {} finally { continue; } }",
    status: 503,
    error: "PLINTH_CPU_LIMIT",
    limits,
  },
  {
    // The engine polls for the limit between bytecodes. This program spends its time inside one bytecode.
    name: "an endless native call",
    code: "const a = new Array(2 ** 32 - 1); a.length; a.indexOf(1); a.lastIndexOf(1); a.includes(1)",
    status: 503,
    error: "PLINTH_CPU_LIMIT",
    limits,
  },
  { name: "an endless chain of promises", code: "for (;;) await null", status: 503, error: "PLINTH_CPU_LIMIT", limits },
  { name: "a throw", code: 'throw new Error("no luck")', status: 500, error: "PLINTH_TENANT_EXCEPTION" },
  { name: "a rejected promise", code: "await Promise.reject(1)", status: 500, error: "PLINTH_TENANT_EXCEPTION" },
  { name: "endless recursion", code: "(function f() { f(); f(); })()", status: 500, error: "PLINTH_TENANT_EXCEPTION" },
  {
    name: "an allocation of 100 MB",
    code: "new Uint8Array(100e6).fill(1)",
    status: 503,
    error: "PLINTH_MEMORY_LIMIT",
  },
  {
    name: "memory in small pieces",
    code: "const hoard = []; for (;;) hoard.push(new Uint8Array(50_000))",
    status: 503,
    error: "PLINTH_MEMORY_LIMIT",
  },
  {
    name: "a promise that never settles",
    code: "await new Promise(() => {})",
    status: 500,
    error: "PLINTH_TENANT_NEVER_RESPONDS",
  },
  {
    name: "waiting for ever",
    code: "await new Promise(() => setInterval(() => {}, 50))",
    status: 504,
    error: "PLINTH_WALL_LIMIT",
    limits: { wallMs: 1_000 },
  },
  {
    name: "a thousand timers, and nothing when they have ended",
    code: "for (let i = 0; i < 1000; i++) setTimeout(() => {}, i); await new Promise(() => {})",
    status: 500,
    error: "PLINTH_TENANT_NEVER_RESPONDS",
  },
  {
    name: "a response that is too large",
    code: 'return new Response("x".repeat(100_001))',
    status: 502,
    error: "PLINTH_RESPONSE_TOO_LARGE",
  },
  {
    name: "a response whose headers are too large",
    code: 'return new Response("", { headers: Array.from({ length: 10 }, (_, i) => ["a" + i, "x".repeat(30_000)]) })',
    status: 502,
    error: "PLINTH_BAD_RESPONSE",
  },
  {
    name: "more timers than a request may have, a few hundred at a time",
    code: `for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 120; j++) setTimeout(() => {}, 60_000);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }`,
    status: 500,
    error: "PLINTH_TENANT_EXCEPTION",
  },
  {
    name: "a header that is none",
    code: 'return { status: 200, headers: [["a", "b\\r\\nc: d"]], body: "" }',
    status: 500,
    error: "PLINTH_TENANT_EXCEPTION",
  },
];

describe("hostile tenants", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ cpuMs: 60_000, wallMs: 600_000, responseBodyLimitBytes: 100_000 });
    await host.deploy("neighbour", answering('"well, " + new URL(request.url).pathname'));
    await host.deploy("sleeper", answering('(await new Promise((r) => setTimeout(r, 40)), "slept")'));
  });
  afterAll(() => host.close());

  for (const { name, code, status, error, limits = {} } of attacks) {
    it(`answers ${status} ${error} to ${name}, and loses no request of a neighbour`, async () => {
      const program = slimComponent(`export default { async fetch() { ${code} } };`);
      await host.deploy("attacker", embedConfig(program, { limits }));
      let attacking = true;
      const attack = Promise.all(Array.from({ length: 3 }, () => host.fetch("attacker"))).finally(() => {
        attacking = false;
      });
      const neighbours: string[] = [];
      while (attacking) {
        const [fast, slept] = await Promise.all([host.fetch("neighbour", "/x"), host.fetch("sleeper")]);
        neighbours.push(`${fast.status} ${await fast.text()}, ${slept.status} ${await slept.text()}`);
      }
      for (const response of await attack) {
        const body = (await response.json()) as { error: { code: string; message: string } };
        expect(body.error.code).toBe(error);
        expect(response.status).toBe(status);
        // The fault inside is the tenant's business. The client learns nothing of it.
        expect(body.error.message).not.toMatch(/luck|worker\.js|stack/);
      }
      expect(new Set(neighbours)).toEqual(new Set(["200 well, /x, 200 slept"]));
    });
  }

  it("writes what went wrong to the tenant's log, with the stack", async () => {
    await host.deploy(
      "thrower",
      slimComponent('export default { fetch() { console.log("before"); throw new Error("no luck"); } };'),
    );
    await host.fetch("thrower");
    const { lines } = (await (await host.admin("/v1/tenants/thrower/logs")).json()) as {
      lines: { level: string; message: string }[];
    };
    expect(lines.map(({ level, message }) => [level, message.split("\n")[0]])).toEqual([
      ["info", "before"],
      ["error", "Error: no luck"],
    ]);
    expect(lines[1]!.message).toMatch(/at fetch \(worker\.js:1/);
  });

  it("keeps no more of an error's text than the tenant's log may take", async () => {
    await host.deploy(
      "long-winded",
      slimComponent('export default { fetch() { throw new Error("x".repeat(2e5)); } };'),
    );
    await host.fetch("long-winded");
    const log = await (await host.admin("/v1/tenants/long-winded/logs")).text();
    expect(log).toMatch(/Error: xxx/);
    expect(log.length).toBeLessThan(70_000);
  });

  it("counts log lines, not their text alone", async () => {
    await host.deploy("blank", answering('(() => { for (let i = 0; i < 20_000; i++) console.log(""); return 1; })()'));
    await host.fetch("blank");
    const { lines } = (await (await host.admin("/v1/tenants/blank/logs?limit=1")).json()) as {
      lines: { message: string }[];
    };
    expect(Number(/^(\d+) log lines over the limit were dropped$/.exec(lines[0]!.message)?.[1])).toBeGreaterThan(
      18_000,
    );
  });

  it("drops log lines beyond the limit and says so", async () => {
    await host.deploy(
      "chatty",
      answering('(() => { for (let i = 0; i < 5000; i++) console.log("x".repeat(100)); return 1; })()'),
    );
    await host.fetch("chatty");
    const { lines } = (await (await host.admin("/v1/tenants/chatty/logs?limit=1")).json()) as {
      lines: { message: string }[];
    };
    expect(lines[0]!.message).toMatch(/^\d+ log lines over the limit were dropped$/);
  });
});
