/** `plinth doctor`, run where things are missing. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Check } from "../../../runtimes/check.ts";
import { type CliOptions, runCli } from "../../../test/support/cli.ts";

const launcher = fileURLToPath(new URL("../plinth.js", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-doctor-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function doctor(args: string[] = [], options: CliOptions = {}) {
  const { code, stdout, stderr } = await runCli(["doctor", "--data", join(folder, "new"), "--json", ...args], options);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  return { code, stderr, ok, checks, check: (name: string) => checks.find((check) => check.name === name) };
}

test("here, where the tests run, nothing is missing, and what is limited has a remedy", async () => {
  const { code, stderr, ok, checks, check } = await doctor();
  expect({ code, stderr, ok }).toEqual({ code: 0, stderr: "", ok: true });
  expect(check("Node")).toEqual({ name: "Node", status: "ok", found: expect.stringContaining("26.") });
  expect(check("runtime plinth:js")?.status).toBe("ok");
  for (const { name, status, remedy } of checks)
    expect({ name, has: remedy !== undefined }).toEqual({ name, has: status !== "ok" });
  const { stdout } = await runCli(["doctor", "--data", folder]);
  expect(stdout).toMatch(/^ok +Node +26\./);
  expect(stdout.trim().split("\n").length).toBeGreaterThanOrEqual(checks.length);
});

test("a data folder that cannot be one: missing, exit code 1", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const { code, stderr, ok, check } = await doctor(["--data", join(file, "data")]);
  expect({ code, ok }).toEqual({ code: 1, ok: false });
  expect(JSON.parse(stderr).error).toMatchObject({
    code: "PLINTH_DOCTOR",
    message: expect.stringContaining("data folder"),
  });
  expect(check("data folder")).toMatchObject({ status: "missing", remedy: expect.stringContaining("--data") });
});

test("no Go, or one without a linker: limited", async () => {
  const env = { PATH: folder, PLINTH_CACHE: join(folder, "cache") };
  const without = await doctor([], { env });
  expect(without.code).toBe(0);
  expect(without.check("Go")).toMatchObject({ status: "limited", found: "there is no go in PATH" });
  expect(without.check("linkers for Go")?.found).toContain("none yet");

  await writeFile(join(folder, "go"), "#!/bin/sh\necho go1.9.3\n", { mode: 0o755 });
  const old = await doctor([], { env: { PATH: `${folder}:${process.env.PATH}`, PLINTH_CACHE: join(folder, "cache") } });
  expect(old.check("Go")).toMatchObject({
    status: "limited",
    found: expect.stringContaining("go1.9.3"),
    remedy: expect.stringMatching(/1\.2[0-9]/),
  });
});

test.runIf(process.platform === "linux")("too small an address space: missing", async () => {
  const script = `ulimit -v 60000000 && exec "$0" "$@"`;
  const args = [process.execPath, launcher, "doctor", "--data", folder, "--json"];
  const stdout = await new Promise<string>((resolve) => {
    execFile("/bin/sh", ["-c", script, ...args], (_error, output) => resolve(output));
  });
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  expect(checks.find(({ name }) => name === "addresses")).toMatchObject({
    status: "missing",
    found: expect.stringContaining("RLIMIT_AS 61440000000"),
  });
});
