import { randomFillSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileModules, instantiateStatic, loadGlue } from "../../../host/component/static/instantiate.ts";
import { prepareStaticComponent } from "../../../host/component/static/prepare.ts";
import type { StaticHostCalls, StaticInstance, StaticProgram } from "../../../host/component/static/types.ts";
import { goIsInstalled } from "../is-installed.ts";
import { buildStaticGo } from "./build.ts";
import { staticComponent } from "./component.ts";
import { withEarlyMemory } from "./early-memory.ts";

const program = `package main

import (
	"context"
	"fmt"
	"time"

	plinth "plinth.dev/sdk"
)

func main() {
	plinth.Scheduled(func(ctx context.Context, event plinth.ScheduledEvent) error {
		time.Sleep(time.Millisecond)
		fmt.Println(event.Cron, event.Time.UTC().Format(time.RFC3339Nano))
		if event.Cron == "1 * * * *" {
			return fmt.Errorf("no report today")
		}
		return nil
	})
}
`;

describe.skipIf(!goIsInstalled)(
  `A Go program as a static component${goIsInstalled ? "" : " (skipped: needs Go)"}`,
  () => {
    let folder: string;
    let built: StaticProgram;
    const lines: string[] = [];

    const load = async (source: string): Promise<StaticProgram> => {
      await writeFile(join(folder, "main.go"), source);
      const { glue, modules } = await prepareStaticComponent(await buildStaticGo(folder));
      return { glue: loadGlue(glue), modules: await compileModules(modules) };
    };
    const start = (of: StaticProgram): Promise<StaticInstance> => {
      const calls: StaticHostCalls = {
        now: () => Date.now(),
        monotonic: () => performance.now(),
        random: randomFillSync,
        log: (_, text) => lines.push(text),
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        until: async (begin) => void (await begin(new AbortController().signal)),
        bodyBytes: 1 << 20,
      };
      return instantiateStatic(of, calls);
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "plinth-go-static-"));
      await writeFile(join(folder, "go.mod"), "module example.com/static\n\ngo 1.25\n");
      built = await load(program);
    }, 300_000);
    afterAll(() => rm(folder, { recursive: true }));

    test("runs what is scheduled, many times in one instance", async () => {
      const instance = await start(built);
      for (let i = 0; i < 200; i++) await instance.runScheduled("0 * * * *", 1_700_000_000_123);
      expect(new Set(lines.splice(0))).toEqual(new Set(["0 * * * * 2023-11-14T22:13:20.123Z"]));
    });

    test("says why a run has failed", async () => {
      const instance = await start(built);
      await expect(instance.runScheduled("1 * * * *", 0)).rejects.toThrow("the scheduled function: no report today");
    });

    test("without a handler answers 404", async () => {
      const instance = await start(built);
      const request = { method: "GET", uri: "http://t.localhost/", headers: [], body: new Uint8Array() };
      expect((await instance.handle(request)).status).toBe(404);
    });

    test("that registers nothing ends with a sentence that says so", async () => {
      const instance = await start(await load('package main\n\nimport _ "plinth.dev/sdk"\n\nfunc main() {}\n'));
      const request = { method: "GET", uri: "http://t.localhost/", headers: [], body: new Uint8Array() };
      await expect(instance.handle(request)).rejects.toThrow();
      expect(lines.splice(0)).toContain("main has returned without calling plinth.Handle");
    });
  },
);

describe("early memory", () => {
  /** A module with the parts that the change needs. The room has 64 bytes from 1,024 on. */
  const module = (mark: string) => `(module
    (memory (export "memory") 1)
    (data (i32.const 16) " man ear7\\9f\\d4\\e2\\c5\\00\\9b\\b1${mark}")
    (global $started (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $started (i32.const 1)))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (if (i32.eqz (global.get $started)) (then unreachable))
      (i32.add (local.get 3) (i32.const 50000))))`;
  const room = "\\00\\04\\00\\00\\00\\00\\00\\00\\40";
  const exportsOf = async (text: string) => {
    const compiled = await WebAssembly.compile(withEarlyMemory(await parse(text)));
    return new WebAssembly.Instance(compiled).exports as {
      _initialize(): void;
      cabi_realloc(old: number, oldSize: number, align: number, size: number): number;
    };
  };

  test("is given away until the runtime has started; then the program's own function is called", async () => {
    const { _initialize, cabi_realloc } = await exportsOf(module(room));
    expect(cabi_realloc(0, 0, 8, 40)).toBe(1024);
    expect(cabi_realloc(0, 0, 8, 24)).toBe(1064);
    _initialize();
    expect(cabi_realloc(0, 0, 8, 24)).toBe(50_024);
  });

  test("traps where more is asked for than there is", async () => {
    const { cabi_realloc } = await exportsOf(module(room));
    expect(() => cabi_realloc(0, 0, 8, 65)).toThrow(WebAssembly.RuntimeError);
  });

  test("is not found in a program without the SDK", async () => {
    const other = (await parse(module(room).replace(" man ear", "somebody"))) as Uint8Array<ArrayBuffer>;
    expect(() => withEarlyMemory(other)).toThrow("plinth.dev/sdk");
    await expect(staticComponent(other)).rejects.toThrow("plinth.dev/sdk");
  });
});
