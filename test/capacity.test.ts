/** `plinth bench` measures this machine, and `plinth plan` goes by what it has written. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "./support/cli.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-capacity-"));
});
afterAll(() => rm(folder, { recursive: true }));

const plan = (...args: string[]) => runCli(["plan", ...args], { env: { PLINTH_CACHE: folder } });
const load = ["--tenants", "1000", "--rps", "100"];

test("without figures, or with a damaged file of them, plan says what to run", async () => {
  const missing = { code: 1, stderr: expect.stringMatching(/PLINTH_NO_FIGURES: .*Measure them first: plinth bench\./) };
  expect(await plan(...load)).toMatchObject(missing);
  const damaged = join(folder, "damaged.json");
  for (const text of ["", "[]", '{"format": 2}']) {
    await writeFile(damaged, text);
    expect(await plan(...load, "--figures", damaged)).toMatchObject(missing);
  }
  expect(await plan(...load, "--mix", "js")).toMatchObject({ code: 2, stderr: expect.stringContaining("js=70,go=30") });
});

test.skipIf(process.platform !== "linux")("a short measurement of this machine is enough for a plan", async () => {
  const args = ["bench", "--languages", "js", "--tenants", "3", "--seconds", "1", "--json"];
  const { code, stdout, stderr } = await runCli(args, { env: { PLINTH_CACHE: folder } });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { file, figures } = JSON.parse(stdout);
  expect(file).toBe(join(folder, "figures.json"));
  expect(figures.languages.js.cpuMs).toBeGreaterThan(0);
  expect(figures.languages.js.tenantBytes).toBeGreaterThanOrEqual(4_096);
  expect(figures.hostBytes).toBeGreaterThan(10 << 20);

  const made = JSON.parse((await plan(...load, "--json")).stdout);
  expect(made.processors.needed).toBeCloseTo((100 * figures.languages.js.cpuMs) / 1_000 / 0.7);
  expect(made.memoryBytes.needed).toBe(figures.hostBytes + 1_000 * figures.languages.js.tenantBytes);
  const text = (await plan(...load)).stdout;
  expect(text).toMatch(/^LANGUAGE +TENANTS +RPS +PROCESSORS +MEMORY\njs +1,000 +100 +[0-9.]+ +[0-9,]+ MiB\n/);
  expect(text).toMatch(/\n(processors bind|memory binds) first; the load (fits|does not fit) on this machine\n/);
  expect((await plan(...load, "--mix", "go=1")).stderr).toContain("plinth bench --languages go");
});
