import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Runtime } from "../runtime/runtime.ts";
import { keptWarmUp, type WarmUp } from "./kept-warm-up.ts";

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "plinth-warm-up-"));
  folder = join(parent, "glue");
});
afterEach(() => rm(parent, { recursive: true }));

const runtime = { key: "a:b@1.0.0", build: "one", warmUpComponent: new Uint8Array([1]) } as Runtime;
const program: WarmUp = {
  runtime: "a:b@1.0.0",
  glue: "glue",
  delta: new Uint8Array([1, 2, 3]),
  functions: { module: new Uint8Array([4]), count: 1 },
  globals: [5n, 1],
  pages: 7,
};

/** Asks for the program of a runtime. @returns it, and how often it was prepared for this */
async function kept(of: Runtime, isFresh = false) {
  let prepared = 0;
  const found = await keptWarmUp(folder, of, isFresh, async () => {
    prepared++;
    return program;
  });
  return { found, prepared };
}

test("a program is prepared once, and for each build, program and host's version anew", async () => {
  expect(await kept(runtime)).toEqual({ found: program, prepared: 1 });
  expect(await kept(runtime)).toEqual({ found: program, prepared: 0 });
  expect(await kept({ ...runtime, build: "two" })).toMatchObject({ prepared: 1 });
  expect(await kept({ ...runtime, warmUpComponent: new Uint8Array([2]) })).toMatchObject({ prepared: 1 });
  expect(await kept(runtime, true)).toMatchObject({ prepared: 1 });
  expect(await readdir(folder)).toHaveLength(3);
});

test("a damaged file is as good as none", async () => {
  await kept(runtime);
  const [name] = await readdir(folder);
  const file = join(folder, name!);
  const bytes = await readFile(file);
  for (const damaged of [
    bytes.subarray(0, -1),
    bytes.subarray(0, 20),
    Buffer.alloc(0),
    bytes.map((byte) => byte ^ 1),
  ]) {
    await writeFile(file, damaged);
    expect(await kept(runtime)).toEqual({ found: program, prepared: 1 });
  }
});
