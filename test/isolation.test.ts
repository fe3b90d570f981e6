import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { answering, slimComponent } from "./support/programs.ts";

/** A program that stores a secret under names that every tenant uses, and answers with all values that it finds there. */
function hoarder(secret: string): string {
  return `
    globalThis.cache = ["${secret}"];
    let count = 0;
    Object.prototype.mark = undefined;
    export default {
      async fetch(request) {
        const found = { cache: [...cache], count: ++count, mark: ({}).mark ?? null, extra: globalThis.extra ?? null };
        cache.push(request.url);
        Object.prototype.mark = "${secret}";
        globalThis.extra = "${secret} " + "x".repeat(Math.floor(Math.random() * 20000));
        if (count % 2 === 1 && request.url.endsWith("?wait")) await new Promise((resolve) => setTimeout(resolve, 1));
        return Response.json(found);
      },
    };`;
}

describe("isolation between tenants and requests", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
  });
  afterAll(() => host.close());

  it("shows no tenant another's state, nor a request an earlier one's, over 10,000 interleaved requests", async () => {
    const tenants = ["alice", "bob", "carol"];
    await Promise.all(tenants.map((name) => host.deploy(name, slimComponent(hoarder(`secret of ${name}`)))));
    const wrong: unknown[] = [];
    await inParallel(10_000, 32, async (index) => {
      const name = tenants[index % tenants.length]!;
      // Some requests wait in the middle. Their memory is put aside and comes back, perhaps in another worker.
      const response = await host.fetch(name, index % 11 === 0 ? `/${index}?wait` : `/${index}`);
      const found = await response.json();
      const expected = { cache: [`secret of ${name}`], count: 1, mark: null, extra: null };
      if (response.status !== 200 || JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(found);
    });
    expect(wrong).toEqual([]);
  });

  it("gives 10,000 requests 10,000 distinct UUIDs and random numbers", async () => {
    const values = `JSON.stringify([crypto.randomUUID(), Math.random(), atTopLevel,
      [...crypto.getRandomValues(new Uint8Array(16))].join()])`;
    // The image holds random state from the start. Requests must not draw from that state.
    await host.deploy("dice", answering(values, "const atTopLevel = Math.random(); Math.random();"));
    const answers = await inParallel(10_000, 32, async () => (await host.fetch("dice")).json() as Promise<unknown[]>);
    for (const [position, distinct] of [10_000, 10_000, 1, 10_000].entries()) {
      expect(new Set(answers.map((answer) => answer[position])).size).toBe(distinct);
    }
  });

  it("keeps a tenant's state from request to request where it asked for that, and shows it to no other", async () => {
    await using single = await startTestHost({ workers: 1, slotsPerRuntime: 1 });
    const counter = `
      let count = 0;
      globalThis.seen ??= [];
      export default {
        async fetch(request) {
          const { pathname } = new URL(request.url);
          if (pathname === "/throw") throw new Error("no luck");
          if (pathname === "/wait") await new Promise((resolve) => setTimeout(resolve, 5));
          globalThis.seen.push(pathname);
          return Response.json([++count, globalThis.seen.length, Math.random()]);
        },
      };`;
    for (const name of ["keeper", "other"]) await single.deploy(name, slimComponent(counter));
    const settings = { method: "PUT", headers: { "content-type": "application/json" }, body: '{"isolation":"reuse"}' };
    expect((await single.admin("/v1/tenants/keeper/settings", settings)).status).toBe(200);
    const call = async (name: string, path = "/") => (await single.fetch(name, path)).json() as Promise<number[]>;
    const random: number[] = [];
    for (const [path, expected] of [
      ["/", 1],
      ["/", 2],
      ["/wait", 3],
      ["/", 4],
    ] as const) {
      const [count, seen, number] = await call("keeper", path);
      expect([count, seen]).toEqual([expected, expected]);
      random.push(number!);
    }
    expect(new Set(random).size).toBe(4);
    expect((await call("other")).slice(0, 2)).toEqual([1, 1]);
    // More tenants than there are slots have taken them in turn. The kept state was only a cache, so it is gone.
    for (const name of ["third", "fourth", "fifth"]) {
      await single.deploy(name, answering(`"${name}"`));
      await single.fetch(name);
    }
    expect((await call("keeper"))[0]).toBe(1);
    expect((await call("keeper"))[0]).toBe(2);
    await single.fetch("keeper", "/throw");
    expect((await call("keeper"))[0]).toBe(1);
  });

  it("keeps for tenants of isolation reuse that run the same program the state of each, and shares none", async () => {
    await using single = await startTestHost({ workers: 1, slotsPerRuntime: 2 });
    const program = answering("++count", "let count = 0;");
    const settings = { method: "PUT", headers: { "content-type": "application/json" }, body: '{"isolation":"reuse"}' };
    for (const name of ["twin-one", "twin-two"]) {
      await single.deploy(name, program);
      expect((await single.admin(`/v1/tenants/${name}/settings`, settings)).status).toBe(200);
    }
    const call = async (name: string) => (await single.fetch(name)).text();
    const counts: string[] = [];
    for (let turn = 0; turn < 4; turn++) counts.push(await call("twin-one"), await call("twin-two"));
    expect(counts).toEqual(["1", "1", "2", "2", "3", "3", "4", "4"]);
  });

  it("keeps a suspended request's memory its own while others run in its slot", async () => {
    const program = `
      let mine = null;
      export default {
        async fetch(request) {
          mine = new URL(request.url).pathname;
          const local = { mine };
          for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 20));
          return new Response([mine, local.mine].join(" "));
        },
      };`;
    await host.deploy("sleepers", slimComponent(program));
    const answers = await inParallel(1_000, 150, async (index) => (await host.fetch("sleepers", `/${index}`)).text());
    expect(answers).toEqual(answers.map((_, index) => `/${index} /${index}`));
  });
});
