import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { runCli } from "../../test/support/cli.ts";
import { errors } from "../errors.ts";

/** A Node older than 26 on this machine's PATH, if there is one. */
const oldNode = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find((node) => {
    try {
      return Number.parseInt(execFileSync(node, ["--version"], { encoding: "utf8" }).slice(1), 10) < 26;
    } catch {
      return false;
    }
  });

test("runs on the Node that Plinth brings along", async () => {
  expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

if (oldNode !== undefined) {
  test("under an older Node it starts itself again, with the same end", async () => {
    expect(await runCli(["--version"], { node: oldNode })).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: "",
    });
    expect(await runCli(["no-such-command"], { node: oldNode })).toMatchObject({
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
      expect(await runCli(["--version"], { node: oldNode, launcher })).toEqual({
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
