import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { runCli } from "../../test/support/cli.ts";
import { oldNode } from "../../test/support/old-node.ts";
import { errors } from "../errors.ts";

test("runs on the Node that Plinth brings along", async () => {
  expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test("keeps compiled code in the cache, and runs without where that cannot be written", async () => {
  const cache = await mkdtemp(join(tmpdir(), "plinth-launcher-"));
  try {
    expect(await runCli(["--version"], { env: { PLINTH_CACHE: cache } })).toMatchObject({ code: 0, stderr: "" });
    expect((await readdir(join(cache, "code"), { recursive: true })).length).toBeGreaterThan(10);
    const file = join(cache, "file");
    await writeFile(file, "");
    expect(await runCli(["--version"], { env: { PLINTH_CACHE: file } })).toMatchObject({ code: 0, stderr: "" });
  } finally {
    await rm(cache, { recursive: true });
  }
});

if (oldNode !== undefined) {
  const node = oldNode;
  test("under an older Node it starts itself again, with the same end", async () => {
    expect(await runCli(["--version"], { node })).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: "",
    });
    expect(await runCli(["no-such-command"], { node })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("PLINTH_USAGE"),
    });
  });

  test("under an older Node, with none of its own in place, it says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), "plinth-launcher-"));
    try {
      await writeFile(join(folder, "package.json"), '{"type": "module"}');
      const launcher = join(folder, "plinth.js");
      await copyFile(new URL("./plinth.js", import.meta.url), launcher);
      const [before, between, after] = errors.PLINTH_NODE_VERSION.message.split("%s");
      expect(await runCli(["--version"], { node, launcher })).toEqual({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(
          new RegExp(`^plinth: PLINTH_NODE_VERSION: ${before}26${between}[0-9.]+${after}\n$`),
        ),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
