import { describe, expect, test } from "vitest";
import { compileModules, instantiateStatic, loadGlue } from "./instantiate.ts";
import { prepareStaticComponent } from "./prepare.ts";
import { component, hostCalls, load, refusal, request, waiting } from "./static.fixture.ts";

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
    // The clock stands still, or the wait could be over before it begins.
    const calls = hostCalls({ monotonic: () => 0, sleep: () => Promise.reject(reason) });
    const { handle } = await instantiateStatic(await load(waiting), calls);
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
         (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
         (func $write (param i32 i32 i32 i32)))`,
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
      // The memory has two pages. It grows by 3, and then tries one more.
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
