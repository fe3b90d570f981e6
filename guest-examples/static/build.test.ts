import { randomFillSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interfacesOf, registry } from "../../host/bindings/registry.ts";
import { WorkerBindings } from "../../host/bindings/worker-bindings.ts";
import { compileModules, instantiateStatic, loadGlue } from "../../host/component/static/instantiate.ts";
import { prepareStaticComponent } from "../../host/component/static/prepare.ts";
import type { StaticBindings, StaticHostCalls, StaticProgram } from "../../host/component/static/types.ts";
import type { TenantRequest } from "../../host/protocol/contract.ts";
import { buildStatic, buildStaticFetch, type StaticToolchain } from "./build.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (value: string) => new TextEncoder().encode(value);

async function load(component: Uint8Array): Promise<StaticProgram> {
  const { glue, modules } = await prepareStaticComponent(component, { interfaces: interfacesOf() });
  return { glue: loadGlue(glue), modules: await compileModules(modules) };
}

function hostCalls(changes: Partial<StaticHostCalls> = {}): StaticHostCalls & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: (array) => void randomFillSync(array),
    log: (level, line) => void lines.push(`${level}: ${line}`),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    until: async (begin) => void (await begin(new AbortController().signal)),
    bodyBytes: 1 << 20,
    ...changes,
  };
}

/** Sends a request to a fresh instance. */
async function ask(program: StaticProgram, request: Partial<TenantRequest>, calls: StaticHostCalls = hostCalls()) {
  const { handle } = await instantiateStatic(program, calls);
  return handle({ method: "GET", uri: "http://t.localhost/", headers: [], body: new Uint8Array(), ...request });
}

const toolchains: StaticToolchain[] = ["qjs", "starlingmonkey"];

describe.each(toolchains)("a plain handler on %s", (toolchain) => {
  let program: StaticProgram;

  beforeAll(async () => {
    program = await load(
      await buildStatic(
        toolchain,
        `let calls = 0;
        export const handler = {
          handle({ method, uri, headers, body }) {
            if (method === "BREAK") throw new Error("the cup fell");
            calls++;
            return {
              status: 200 + calls,
              headers: [...headers, ["x-method", Uint8Array.from(method, (c) => c.charCodeAt(0))]],
              body: body.length > 0 ? body.slice().reverse() : Uint8Array.from("hello " + uri, (c) => c.charCodeAt(0)),
            };
          },
        };`,
      ),
    );
  });

  test("says hello", async () => {
    const { status, body } = await ask(program, {});
    expect(status).toBe(201);
    expect(text(body)).toBe("hello http://t.localhost/");
  });

  test("passes every byte, and repeated headers in their order", async () => {
    const body = Uint8Array.from({ length: 1000 }, (_, index) => index & 255);
    const answer = await ask(program, {
      method: "PUT",
      headers: [
        ["Set-Cookie", bytes("a=1")],
        ["x", Uint8Array.of(0x80, 0xff)],
        ["set-cookie", bytes("b=2")],
        ["x", new Uint8Array()],
      ],
      body,
    });
    expect(Buffer.from(answer.body)).toEqual(Buffer.from(body).reverse());
    expect(answer.headers.map(([name, value]) => [name, [...value]])).toEqual([
      ["Set-Cookie", [...bytes("a=1")]],
      ["x", [0x80, 0xff]],
      ["set-cookie", [...bytes("b=2")]],
      ["x", []],
      ["x-method", [...bytes("PUT")]],
    ]);
  });

  test("a throw rejects with the guest's message and logs it; the next request is served", async () => {
    const calls = hostCalls();
    await expect(ask(program, { method: "BREAK" }, calls)).rejects.toMatchObject({
      code: "trap",
      message: expect.stringContaining("the cup fell"),
    });
    expect(calls.lines.join("\n")).toContain("the cup fell");
    expect((await ask(program, {})).status).toBe(201);
  });

  test("a fresh instance sees no state of the one before", async () => {
    expect((await ask(program, {})).status).toBe(201);
    expect((await ask(program, {})).status).toBe(201);
    const kept = await instantiateStatic(program, hostCalls());
    const request: TenantRequest = { method: "GET", uri: "http://t.localhost/", headers: [], body: new Uint8Array() };
    expect([(await kept.handle(request)).status, (await kept.handle(request)).status]).toEqual([201, 202]);
  });
});

describe.each(toolchains)("a fetch handler on %s", (toolchain) => {
  let folder: string;
  let program: StaticProgram;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "plinth-static-test-"));
    const entry = path.join(folder, "main.ts");
    await writeFile(
      path.join(folder, "sum.ts"),
      "export const sum = (of: number[]): number => of.reduce((a, b) => a + b, 0);",
    );
    await writeFile(
      entry,
      `import { sum } from "./sum.ts";
      const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
      export default {
        async fetch(request: Request, _env: object, ctx: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
          const url = new URL(request.url);
          switch (url.pathname) {
            case "/sum": {
              const { numbers } = await request.json();
              return Response.json({ sum: sum(numbers), name: url.searchParams.get("name") }, { status: 201 });
            }
            case "/wait":
              ctx.waitUntil(pause(40));
              await Promise.all([pause(30), pause(20)]);
              return new Response("waited");
            case "/random":
              return Response.json([Math.random(), crypto.randomUUID()]);
            case "/log":
              console.log("grüße");
              return new Response(null, { status: 204, headers: [["Set-Cookie", "a=1"], ["set-cookie", "b=2"]] });
            default:
              throw new Error("no such page");
          }
        },
      };`,
    );
    program = await load(await buildStaticFetch(toolchain, entry));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("serves a JSON API", async () => {
    const { status, headers, body } = await ask(program, {
      method: "POST",
      uri: "http://t.localhost/sum?name=Ren%C3%A9e+K.",
      headers: [["content-type", bytes("application/json")]],
      body: bytes('{"numbers":[1,2,3.5]}'),
    });
    expect(status).toBe(201);
    expect(JSON.parse(text(body))).toEqual({ sum: 6.5, name: "Renée K." });
    expect(headers.map(([name, value]) => `${name}: ${text(value)}`)).toContain("content-type: application/json");
  });

  test("timers suspend its stack: two requests wait on one thread at once", async () => {
    // The clock stands still until both wait, so neither can end before the other has begun.
    let time = 1000;
    const sleepers: (() => void)[] = [];
    const calls = hostCalls({
      monotonic: () => time,
      sleep: (ms) =>
        new Promise((resolve) => {
          sleepers.push(resolve);
          if (sleepers.length < 2) return;
          time += ms;
          for (const wake of sleepers) wake();
        }),
    });
    const answers = await Promise.all([1, 2].map(() => ask(program, { uri: "http://t.localhost/wait" }, calls)));
    expect(answers.map(({ body }) => text(body))).toEqual(["waited", "waited"]);
    expect(sleepers.length).toBeGreaterThanOrEqual(2);
  });

  test("every instance draws its own random numbers", async () => {
    const drawn = new Set<unknown>();
    for (let round = 0; round < 5; round++) {
      for (const value of JSON.parse(text((await ask(program, { uri: "http://t.localhost/random" })).body)))
        drawn.add(value);
    }
    expect(drawn.size).toBe(10);
  });

  test("writes its console to the log and sets two cookies", async () => {
    const calls = hostCalls();
    const { status, headers } = await ask(program, { uri: "http://t.localhost/log" }, calls);
    expect(status).toBe(204);
    expect(calls.lines).toEqual(["info: grüße"]);
    const cookies = headers.filter(([name]) => name === "set-cookie").map(([, value]) => text(value));
    expect(cookies).toEqual(["a=1", "b=2"]);
  });

  test("a throw after an await rejects with its message", async () => {
    await expect(ask(program, { uri: "http://t.localhost/nowhere" })).rejects.toMatchObject({
      code: "trap",
      message: expect.stringContaining("no such page"),
    });
  });
});

describe("a run on a schedule", () => {
  const world = { file: path.join(import.meta.dirname, "bindings/program.wit"), name: "program" };
  const noCalls: StaticBindings = {
    environment: {},
    fetch: () => Promise.reject(new Error("not called")),
    imports: () =>
      new WorkerBindings(registry, []).imports(
        { now: () => null, later: () => Promise.reject(new Error("not called")) },
        {},
      ),
  };
  let program: StaticProgram;

  beforeAll(async () => {
    program = await load(
      await buildStatic(
        "qjs",
        `export const handler = { handle: () => ({ status: 200, headers: [], body: new Uint8Array() }) };
        export const scheduled = {
          run(cron, time) {
            if (cron !== "0 0 * * *") throw "not " + cron + " at " + time;
          },
        };`,
        { world },
      ),
    );
  });

  test("calls the export, whose error is the run's", async () => {
    const run = async (cron: string) =>
      (await instantiateStatic(program, hostCalls(), noCalls)).runScheduled(cron, 1_700_000_000_123);
    await run("0 0 * * *");
    await expect(run("* * * * *")).rejects.toMatchObject({ code: "trap", message: "not * * * * * at 1700000000123" });
  });

  test("fails where there is no export", async () => {
    const plain = await load(await buildStatic("qjs", "export const handler = { handle() {} };"));
    const { runScheduled } = await instantiateStatic(plain, hostCalls());
    await expect(runScheduled("0 0 * * *", 0)).rejects.toMatchObject({ code: "no-scheduled" });
  });
});

test("a syntax error fails the build", async () => {
  await expect(buildStatic("qjs", "export const handler = {")).rejects.toThrow();
});
