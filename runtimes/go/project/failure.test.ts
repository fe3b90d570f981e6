import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFailure } from "./failure.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-go-failure-"));
  await writeFile(join(folder, "go.mod"), "// shop\nmodule example.com/shop // the shop\n\ngo 1.25\n");
  await mkdir(join(folder, "cmd/server"), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const report = [
  "panic in the handler: runtime error: index out of range [-1]",
  "",
  "goroutine 8 [running]:",
  "panic({0x3bd540, 0x1406108})",
  "\truntime/panic.go:860 +0x1c",
  "example.com/shop/names.last(...)",
  "\texample.com/shop/names/names.go:28",
  "main.main.func2({0x44b6d0, 0x1418480}, 0x1445a40)",
  "\texample.com/shop/cmd/server/main.go:21 +0x4",
  "example.com/shopping.Do()",
  "\texample.com/shopping/main.go:3 +0x4",
  "created by plinth.dev/sdk/guest.init.7 in goroutine 1",
  "\tplinth.dev/sdk@v0.0.0/guest/worker_wasip1.go:19 +0x5",
  "",
].join("\n");

test("the frames of the program's module are its files, wherever in the module the program is", () => {
  expect(readFailure(report, join(folder, "cmd/server"))).toEqual({
    reason: "panic in the handler: runtime error: index out of range [-1]",
    frames: [
      { file: join(folder, "names/names.go"), line: 28 },
      { file: join(folder, "cmd/server/main.go"), line: 21 },
    ],
  });
});

test("without a module there are no frames, and without a stack the report is the reason", () => {
  expect(readFailure(report, "/")).toMatchObject({ frames: [] });
  expect(readFailure("it was ended", folder)).toEqual({ reason: "it was ended", frames: [] });
});
