/** Tests of the SDK without a host: its own Go tests, and `go vet` for each of its forms. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { findGo } from "./program.ts";

const goroot = await findGo();
const name = goroot ? "The SDK's own tests" : "The SDK's own tests (skipped: no Go 1.25 to 1.27 on PATH)";
const sdk = join(import.meta.dirname, "../sdk");

describe.skipIf(!goroot)(name, () => {
  const go = async (args: string[], environment: NodeJS.ProcessEnv = {}) => {
    const env = { ...process.env, GOTOOLCHAIN: "local", ...environment };
    return (await promisify(execFile)("go", args, { cwd: sdk, env })).stdout;
  };

  test("go test", async () => {
    expect(await go(["test", "./..."])).toMatch(/^ok\s+plinth\.dev\/sdk\s/m);
  }, 300_000);

  const wasm = { GOOS: "wasip1", GOARCH: "wasm" };
  const forms: [form: string, environment: NodeJS.ProcessEnv, flags: string[]][] = [
    ["on a developer's machine", {}, []],
    ["static", wasm, []],
    ["shared", wasm, ["-tags", "plinth"]],
  ];
  test.for(forms)("go vet: %s", { timeout: 300_000 }, async ([, environment, flags]) => {
    // The host gives addresses as numbers, so unsafe.Pointer of a uintptr is correct here.
    await go(["vet", "-unsafeptr=false", ...flags, "./..."], environment);
  });
});
