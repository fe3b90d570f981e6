/** Every example passes the checks of its language, and README.md has its size. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { buildProject } from "../host/toolchain/build-project.ts";
import { goIsInstalled, needsGo } from "../test/support/go.ts";
import { ensureGoRuntime } from "../test/support/go-runtime.ts";

const tsc = join(import.meta.dirname, "..", "node_modules", "typescript", "bin", "tsc");

const javascript = [
  ...["hello", "json-api", "markdown", "site-from-kv", "edge-auth", "cohorts", "todo", "redirects", "polyfills"],
  ...["spam-score", "rewriting-proxy", "react-ssr", "hono"],
];
const go = [
  ...["go-json", "go-worker", "go-chi", "go-jwt", "go-edge-auth", "go-cohorts", "go-site-from-kv", "go-todo"],
  ...["go-spam-score", "go-redirects", "go-rewriting-proxy", "go-markdown"],
];

describe.each(javascript)("%s", (example) => {
  const folder = join(import.meta.dirname, example);

  // Each example is a separate TypeScript project, with a web worker's types instead of Node's.
  test("has no type errors", async () => {
    const run = promisify(execFile)(process.execPath, [tsc, "-p", folder]);
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });

  test("has its size in the list", async () => {
    const built = await buildProject(folder);
    expect(built.language.name).toBe("js");
    const { component, program, sourceMap } = built.sizes;
    const cells = [component, program, sourceMap].map((size) => size!.toLocaleString("en-US"));
    expect(await rowOf(example)).toMatch(new RegExp(`\\| ${cells.join(" \\| ")} \\|$`));
  });
});

describe.skipIf(!goIsInstalled)(`Go${needsGo}`, () => {
  beforeAll(ensureGoRuntime, 300_000);

  describe.each(go)("%s", (example) => {
    const folder = join(import.meta.dirname, example);
    const download = () => promisify(execFile)("go", ["mod", "download"], { cwd: folder });

    test("gofmt and go vet find nothing", async ({ skip }) => {
      await download().catch(() => skip("its Go modules cannot be fetched"));
      const formatted = await promisify(execFile)("gofmt", ["-l", "."], { cwd: folder });
      const vetted = await promisify(execFile)("go", ["vet", "./..."], { cwd: folder });
      expect([formatted.stdout, vetted.stderr]).toEqual(["", ""]);
    }, 300_000);

    // The linker's output differs a little from one version of Go to the next.
    test("has about the size that the list says", async ({ skip }) => {
      await download().catch(() => skip("its Go modules cannot be fetched"));
      const { sizes } = await buildProject(folder);
      const listed = Number(
        / \| ([0-9,]+) \| [0-9.]+ MB \|/.exec((await rowOf(example)) ?? "")?.[1]?.replaceAll(",", ""),
      );
      expect(sizes.component / listed).toBeGreaterThan(0.8);
      expect(sizes.component / listed).toBeLessThan(1.1);
    });
  });
});

/** The example's row in the list. */
async function rowOf(example: string): Promise<string | undefined> {
  const readme = await readFile(join(import.meta.dirname, "README.md"), "utf8");
  return readme.split("\n").find((line) => line.startsWith(`| [${example}](`));
}
