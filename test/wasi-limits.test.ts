/** WASI commands cannot run, wait, grow or write without end. The host refuses commands that it cannot run. */
import { parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { command, errorOf, PLAIN } from "./support/commands.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { logOf } from "./support/logs.ts";
import { answering } from "./support/programs.ts";

const sleepMs = (ms: number) => `(call $sleep (i64.const ${ms}000000))`;

/** A command that catches every exception and goes on, even at proc_exit and at a response over its limit. */
const CATCHING = `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $again
      (block $caught (try_table (catch_all $caught) (call $proc_exit (i32.const 0))))
      (br $again))))`;

describe("WASI commands", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ cpuMs: 60_000, wallMs: 600_000, responseBodyLimitBytes: 1 << 20 });
    await host.deploy("neighbour", answering("'slim'"));
    await host.deploy("hello", await command("(call $text)", `${PLAIN}hello`));
  });
  afterAll(() => host.close());

  it("are ended when they loop; requests that had the same worker are answered", async () => {
    const limits = { cpuMs: 500 };
    await host.deploy("loop", embedConfig(await command("(loop $for_ever (br $for_ever))"), { limits }));
    await host.deploy("catch", embedConfig(new Uint8Array(await parse(CATCHING)), { limits }));
    const loops = Promise.all(["loop", "catch", "loop"].map(async (name) => errorOf(await host.fetch(name))));
    const others = await inParallel(60, 8, async (index) =>
      (await host.fetch(index % 2 ? "hello" : "neighbour")).text(),
    );
    expect(await loops).toEqual(Array(3).fill("503 PLINTH_CPU_LIMIT"));
    expect(new Set(others)).toEqual(new Set(["hello", "slim"]));
  });

  it("answer 504 when they wait for too long, 503 when they compute too long between waits", async () => {
    await host.deploy("late", embedConfig(await command(sleepMs(3_600_000)), { limits: { wallMs: 1_000 } }));
    const busy = `(local $i i32) (loop $round
      (local.set $i (i32.const 30000000))
      (loop $spin (br_if $spin (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      ${sleepMs(1)} (br $round))`;
    await host.deploy("busy", embedConfig(await command(busy), { limits: { cpuMs: 500 } }));
    const answers = await Promise.all([host.fetch("late"), host.fetch("busy")]);
    expect(await Promise.all(answers.map(errorOf))).toEqual(["504 PLINTH_WALL_LIMIT", "503 PLINTH_CPU_LIMIT"]);
  });

  it("get no more memory than the limit", async () => {
    const body = `(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
      (call $text) (call $u64 (i64.extend_i32_u (memory.size)))`;
    await host.deploy("memory", await command(body, PLAIN));
    const view = new DataView(await (await host.fetch("memory")).arrayBuffer());
    expect(view.getBigInt64(0, true)).toBe(1024n);
  });

  it("get no more table entries than the limit", async () => {
    const body = `(call $text) (call $u64 (i64.extend_i32_s (table.grow (ref.null func) (i32.const 9000000))))
      (call $u64 (i64.extend_i32_s (table.grow (ref.null func) (i32.const 100000))))`;
    await host.deploy("table", await command(body, PLAIN, "(table 1 funcref)"));
    const view = new DataView(await (await host.fetch("table")).arrayBuffer());
    expect([view.getBigInt64(0, true), view.getBigInt64(8, true)]).toEqual([-1n, 1n]);
  });

  it("answer 502 when they write more than a response may have, 500 when they fill the file system", async () => {
    await host.deploy(
      "flood",
      await command(
        `(call $text) (loop $more ${"(call $say (i32.const 1) (i32.const 0) (i32.const 131072))"} (br $more))`,
        PLAIN,
      ),
    );
    expect(await errorOf(await host.fetch("flood"))).toBe("502 PLINTH_RESPONSE_TOO_LARGE");

    const body = `(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 1024) (i32.const 1)
      (i32.const 1) (i64.const 0x1fffffff) (i64.const 0x1fffffff) (i32.const 0) (i32.const 32)))
      (loop $more (call $say (i32.load (i32.const 32)) (i32.const 0) (i32.const 131072)) (br $more))`;
    await host.deploy("files", await command(body, "f"));
    expect(await errorOf(await host.fetch("files"))).toBe("500 PLINTH_TENANT_EXCEPTION");
    expect(await (await host.fetch("hello")).text()).toBe("hello");
  });

  it("write no more than the limit to the log", async () => {
    const body = `(local $i i32) (local.set $i (i32.const 2000))
      (loop $more (call $say (i32.const 2) (i32.const 1050) (i32.const 51))
        (br_if $more (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (call $text)`;
    await host.deploy("chatty", await command(body, `${PLAIN}${"x".repeat(48)}\n.`));
    expect((await host.fetch("chatty")).status).toBe(200);
    expect(await logOf(host, "chatty")).toMatch(/\d+ log lines over the limit were dropped/);
  });

  describe("refused", () => {
    const start = '(memory (export "memory") 1) (func (export "_start"))';
    const refusals = [
      { name: "no _start", wat: '(memory (export "memory") 1)', code: "PLINTH_NOT_A_COMPONENT", says: "_start" },
      { name: "no memory", wat: '(func (export "_start"))', code: "PLINTH_NOT_A_COMPONENT", says: "memory" },
      {
        name: "an import from elsewhere",
        wat: `(import "env" "system" (func)) ${start}`,
        code: "PLINTH_IMPORT_REFUSED",
        says: "env.system",
      },
      {
        name: "a function that preview 1 does not have",
        wat: `(import "wasi_snapshot_preview1" "sock_open" (func)) ${start}`,
        code: "PLINTH_IMPORT_REFUSED",
        says: "sock_open",
      },
      {
        name: "a memory from outside",
        wat: '(import "wasi_snapshot_preview1" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "_start"))',
        code: "PLINTH_IMPORT_REFUSED",
        says: "wasi_snapshot_preview1.memory",
      },
      {
        name: "a memory that begins above the limit",
        wat: '(memory (export "memory") 1025) (func (export "_start"))',
        code: "PLINTH_POLICY",
        says: "1024",
      },
      {
        name: "a table of millions of entries",
        wat: '(table 9000000 funcref) (memory (export "memory") 1) (func (export "_start"))',
        code: "PLINTH_POLICY",
        says: "a table of 9000000 entries",
      },
      {
        name: "two memories that are above it together",
        wat: '(memory (export "memory") 600) (memory 600) (func (export "_start"))',
        code: "PLINTH_POLICY",
        says: "512",
      },
    ];
    for (const { name, wat, code, says } of refusals) {
      it(`${name}: ${code}`, async () => {
        const bytes = new Uint8Array(await parse(`(module ${wat})`));
        const deployed = host.deploy("refused", bytes);
        await expect(deployed).rejects.toThrow(code);
        await expect(deployed).rejects.toThrow(says);
      });
    }

    it("code that does not pass validation, and a module cut short: PLINTH_COMPONENT_MALFORMED", async () => {
      const good = await command("(call $text)", PLAIN);
      await expect(host.deploy("refused", good.slice(0, -3))).rejects.toThrow("PLINTH_COMPONENT_MALFORMED");
    });
  });
});
