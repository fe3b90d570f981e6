import { randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import type { StaticErrorCode } from "./errors.ts";
import { compileModules, instantiateStatic, loadGlue } from "./instantiate.ts";
import { prepareStaticComponent } from "./prepare.ts";
import type { StaticHostCalls, StaticProgram } from "./types.ts";

// Components made by hand, each one core module around one question. guest-examples/static has the toolchains' ones.

const httpWit = await readFile(new URL("../../../wit/http.wit", import.meta.url), "utf8");

/** What the tests import of WASI, in three versions at once, as toolchains do. */
const wasiWit = `
  package wasi:io@0.2.0 {
    interface poll { resource pollable { block: func(); ready: func() -> bool; } poll: func(in: list<borrow<pollable>>) -> list<u32>; }
    interface error { resource error; }
    interface streams {
      use error.{error};
      variant stream-error { last-operation-failed(error), closed }
      resource output-stream { blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>; }
    }
  }
  package wasi:clocks@0.2.6 {
    interface monotonic-clock { use wasi:io/poll@0.2.0.{pollable}; now: func() -> u64; subscribe-duration: func(when: u64) -> pollable; }
    interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; }
  }
  package wasi:cli@0.2.12 {
    interface exit { exit: func(status: result); }
    interface environment { get-environment: func() -> list<tuple<string, string>>; }
    interface stderr { use wasi:io/streams@0.2.0.{output-stream}; get-stderr: func() -> output-stream; }
  }
  package wasi:filesystem@0.2.3 {
    interface types { resource descriptor; }
    interface preopens { use types.{descriptor}; get-directories: func() -> list<tuple<descriptor, string>>; }
  }
  package wasi:sockets@0.2.0 { interface instance-network { resource network; instance-network: func() -> network; } }
  package wasi:http@0.2.0 { interface outgoing-handler { handle: func(); } }`;

/**
 * A component that imports the WIT items and whose `handle` is the core function body: its parameters are method, uri,
 * headers and body (pointer and length each); local 8 is an i32, local 9 an i64. It answers with the status it leaves.
 */
async function component(imports: string[], coreImports: string, body: string): Promise<Uint8Array> {
  const wat = `(module ${coreImports}
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 4096))
    (global $calls (mut i32) (i32.const 0))
    (data (i32.const 100) "the reason\\n")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 15)) (i32.const -8)))
      (i32.sub (global.get $next) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))
    (func $status (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (local i32 i64) ${body})
    (func (export "plinth:http/handler@0.1.0#handle") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
      (i32.store16 (i32.const 16) (call $status (local.get 0) (local.get 1) (local.get 2) (local.get 3)
        (local.get 4) (local.get 5) (local.get 6) (local.get 7)))
      (i32.const 16)))`;
  const world = `world test { ${imports.map((name) => `import ${name};`).join(" ")} export handler; }`;
  const embedded = await componentEmbed({
    binary: await parse(wat),
    witSource: `${httpWit}\n${world}\n${wasiWit}`,
    world: "test",
  });
  return componentNew(embedded, []);
}

async function load(bytes: Uint8Array): Promise<StaticProgram> {
  const { glue, modules } = await prepareStaticComponent(bytes);
  return { glue: loadGlue(glue), modules: await compileModules(modules) };
}

const request = { method: "GET", uri: "http://t.localhost/", headers: [], body: new Uint8Array() };

function hostCalls(changes: Partial<StaticHostCalls> = {}): StaticHostCalls & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: (bytes) => void randomFillSync(bytes),
    log: (level, text) => void lines.push(`${level}: ${text}`),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ...changes,
  };
}

function refusal(code: StaticErrorCode, text: string | RegExp = "") {
  return expect.objectContaining({ name: "StaticComponentError", code, message: expect.stringMatching(text) });
}

const waiting = await component(
  ["wasi:clocks/monotonic-clock@0.2.6", "wasi:io/poll@0.2.0"],
  `(import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $after (param i64) (result i32)))
   (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
   (import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))`,
  // A URI of an odd length waits with poll on 10 s and 30 ms (and answers 200 + the index that was ready), else with block.
  `(if (i32.and (local.get 3) (i32.const 1))
     (then
       (i32.store (i32.const 200) (call $after (i64.const 10000000000)))
       (i32.store (i32.const 204) (call $after (i64.const 30000000)))
       (call $poll (i32.const 200) (i32.const 2) (i32.const 208))
       (return (i32.add (i32.const 200) (i32.load (i32.load (i32.const 208)))))))
   (call $block (call $after (i64.const 30000000)))
   (i32.const 204)`,
);

describe("prepareStaticComponent", () => {
  test.each([
    [
      "wasi:sockets/instance-network@0.2.0",
      '(import "wasi:sockets/instance-network@0.2.0" "instance-network" (func $f (result i32)))',
    ],
    ["wasi:http/outgoing-handler@0.2.0", '(import "wasi:http/outgoing-handler@0.2.0" "handle" (func $f))'],
    ["secret", '(import "$root" "secret" (func $f))'],
  ])("refuses %s by name", async (name, coreImport) => {
    const bytes = await component([name === "secret" ? "secret: func()" : name], coreImport, "(i32.const 200)");
    const refused = expect(prepareStaticComponent(bytes)).rejects;
    await refused.toEqual(refusal("unsupported-import", new RegExp(`imports ${name}, which`)));
    await refused.toMatchObject({ details: { import: name } });
  });

  test("refuses a component without a handler", async () => {
    await expect(prepareStaticComponent(await parse("(component)"))).rejects.toEqual(
      refusal("no-handler", "plinth:http/handler@0.1.0"),
    );
  });

  test("refuses what is not a component", async () => {
    const module = await parse("(module)");
    for (const bytes of [new Uint8Array(), new TextEncoder().encode("not wasm"), waiting.subarray(0, 700), module]) {
      await expect(prepareStaticComponent(bytes)).rejects.toMatchObject({ name: "ComponentError", kind: "malformed" });
    }
  });

  test("refuses a component that is whole on the outside and broken inside", async () => {
    const broken = waiting.slice();
    const name = Buffer.from(broken.buffer).indexOf("cabi_realloc");
    broken[name - 1] = 200; // the length of an export's name in the core module
    await expect(prepareStaticComponent(broken)).rejects.toMatchObject({ name: "ComponentError", kind: "malformed" });
    const invalid = (await component([], "", "(i32.const 77777)")).slice();
    const constant = Buffer.from(invalid.buffer).indexOf(Buffer.of(0x41, 0xd1, 0xdf, 0x04));
    invalid[constant] = 0x43; // i32.const becomes f32.const
    await expect(prepareStaticComponent(invalid)).rejects.toEqual(refusal("malformed", "core module"));
  });

  test("refuses a memory that begins above the limit", async () => {
    const bytes = await component([], "", "(i32.const 200)"); // two pages
    await expect(prepareStaticComponent(bytes, { memoryPages: 1 })).rejects.toMatchObject({ kind: "policy" });
  });

  test("gives components of one shape the same glue", async () => {
    const [a, b] = await Promise.all(["(i32.const 200)", "(i32.const 201)"].map((body) => component([], "", body)));
    const [one, other] = [await prepareStaticComponent(a!), await prepareStaticComponent(b!)];
    expect(one.glue).toBe(other.glue);
    expect(one.modules).not.toEqual(other.modules);
  });
});

describe("instantiateStatic", () => {
  test("suspends a waiting component's stack: two waits overlap on one thread", async () => {
    const program = await load(waiting);
    const events: string[] = [];
    const wakeups: (() => void)[] = [];
    // The clock stands at 0 until both wait, so the waits can only end if neither holds the thread.
    let time = 0;
    const calls = hostCalls({
      monotonic: () => time,
      sleep: (ms) =>
        new Promise((resolve) => {
          events.push("sleep");
          expect(ms).toBeGreaterThanOrEqual(30);
          wakeups.push(resolve);
          if (wakeups.length < 2) return;
          time = 31;
          for (const wake of wakeups) wake();
        }),
    });
    const answers = await Promise.all(
      ["http://t.localhost/", "http://t.localhost/x"].map(async (uri) => {
        const { handle } = await instantiateStatic(program, calls);
        const { status } = await handle({ ...request, uri });
        events.push("answer");
        return status;
      }),
    );
    expect(events).toEqual(["sleep", "sleep", "answer", "answer"]);
    expect(answers).toEqual([201, 204]);
  });

  test("ends a waiting request with what sleep rejects with", async () => {
    const reason = new Error("cancelled");
    const { handle } = await instantiateStatic(await load(waiting), hostCalls({ sleep: () => Promise.reject(reason) }));
    await expect(handle(request)).rejects.toBe(reason);
  });

  test("takes a wait longer than a timer can run in parts", async () => {
    const program = await load(
      await component(
        ["wasi:clocks/monotonic-clock@0.2.6", "wasi:io/poll@0.2.0"],
        `(import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $after (param i64) (result i32)))
         (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))`,
        "(call $block (call $after (i64.const 3456000000000000))) (i32.const 200)", // 40 days
      ),
    );
    const slept: number[] = [];
    const calls = hostCalls({
      monotonic: () => slept.reduce((sum, ms) => sum + ms, 0),
      sleep: async (ms) => void slept.push(ms),
    });
    await (await instantiateStatic(program, calls)).handle(request);
    expect(slept).toHaveLength(2);
    expect(Math.max(...slept)).toBeLessThan(2 ** 31);
  });

  test("a poll of nothing is a trap, not a wait without end", async () => {
    const program = await load(
      await component(
        ["wasi:io/poll@0.2.0"],
        '(import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))',
        "(call $poll (i32.const 200) (i32.const 0) (i32.const 208)) (i32.const 200)",
      ),
    );
    const { handle } = await instantiateStatic(program, hostCalls());
    await expect(handle(request)).rejects.toEqual(refusal("trap", "empty list"));
  });

  test("exit ends the request only, and names the status", async () => {
    const program = await load(
      await component(
        ["wasi:cli/exit@0.2.12"],
        '(import "wasi:cli/exit@0.2.12" "exit" (func $exit (param i32)))',
        "(call $exit (i32.const 1)) (i32.const 200)",
      ),
    );
    for (let round = 0; round < 2; round++) {
      const { handle } = await instantiateStatic(program, hostCalls());
      await expect(handle(request)).rejects.toMatchObject({ code: "exit", details: { status: 1 } });
    }
  });

  test("logs what a trapping component says on standard error, and puts it in the error", async () => {
    const program = await load(
      await component(
        ["wasi:cli/stderr@0.2.12", "wasi:io/streams@0.2.0"],
        `(import "wasi:cli/stderr@0.2.12" "get-stderr" (func $stderr (result i32)))
         (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))`,
        // "the reason\nthe rea", then a trap.
        `(call $write (call $stderr) (i32.const 100) (i32.const 11) (i32.const 300))
         (call $write (call $stderr) (i32.const 100) (i32.const 7) (i32.const 300))
         unreachable`,
      ),
    );
    const calls = hostCalls();
    const { handle } = await instantiateStatic(program, calls);
    await expect(handle(request)).rejects.toEqual(refusal("trap", /unreachable[\s\S]*the reason\nthe rea$/));
    expect(calls.lines).toEqual(["error: the reason", "error: the rea"]);
  });

  test("shows nothing of the host: no environment, no directories", async () => {
    const program = await load(
      await component(
        ["wasi:cli/environment@0.2.12", "wasi:filesystem/preopens@0.2.3"],
        `(import "wasi:cli/environment@0.2.12" "get-environment" (func $environment (param i32)))
         (import "wasi:filesystem/preopens@0.2.3" "get-directories" (func $directories (param i32)))`,
        `(call $environment (i32.const 300))
         (call $directories (i32.const 308))
         (i32.add (i32.const 200) (i32.add (i32.load (i32.const 304)) (i32.load (i32.const 312))))`,
      ),
    );
    const { handle } = await instantiateStatic(program, hostCalls());
    expect((await handle(request)).status).toBe(200);
  });

  test("a fresh instance sees nothing of the one before; a kept one does", async () => {
    const program = await load(
      await component(
        [],
        "",
        `(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
         (i32.add (i32.const 200) (global.get $calls))`,
      ),
    );
    const fresh = async () => (await (await instantiateStatic(program, hostCalls())).handle(request)).status;
    expect([await fresh(), await fresh()]).toEqual([201, 201]);
    const { handle } = await instantiateStatic(program, hostCalls());
    expect([(await handle(request)).status, (await handle(request)).status]).toEqual([201, 202]);
  });

  test("memory grows to the limit and no further", async () => {
    const bytes = await component(
      [],
      "",
      // Two pages at first: grows by 3, then tries one more.
      `(drop (memory.grow (i32.const 3)))
       (drop (memory.grow (i32.const 1)))
       (i32.add (i32.const 200) (memory.size))`,
    );
    const { glue, modules } = await prepareStaticComponent(bytes, { memoryPages: 5 });
    const program = { glue: loadGlue(glue), modules: await compileModules(modules) };
    expect((await (await instantiateStatic(program, hostCalls())).handle(request)).status).toBe(205);
  });

  test("compiled modules reach workers and run there", async () => {
    const { modules, glue } = await prepareStaticComponent(await component([], "", "(i32.const 207)"));
    const program = { glue: loadGlue(glue), modules: structuredClone(await compileModules(modules)) };
    expect((await (await instantiateStatic(program, hostCalls())).handle(request)).status).toBe(207);
  });
});
