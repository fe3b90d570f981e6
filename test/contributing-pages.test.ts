/**
 * The pages about additions hold: the files that they show compile beside the sources of today, and what they add is not
 * there yet. `add-a-runtime.md` quotes a language that outside-runtime.test.ts deploys.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFile(join(root, path), "utf8");
const page = (name: string) => read(`docs/contributing/${name}.md`);

/** The new files of a page. Before each block that is one stands its name, and the tree does not have it. */
function filesIn(text: string): [file: string, source: string][] {
  const parts = text.split(/^```(.*)\n/m);
  const files: [string, string][] = [];
  for (let n = 1; n < parts.length; n += 4) {
    const [before, language, source] = parts.slice(n - 1);
    const names = [...before!.matchAll(/`((?:host|test)\/[\w./-]+\.ts)`/g)].map(([, file]) => file!);
    const name = names.findLast((file) => !existsSync(join(root, file)));
    if (language === "ts" && name !== undefined) files.push([name, source!]);
  }
  return files;
}

/** Compiles files as if they lay in the tree. @returns what the compiler says of them */
async function compile(files: readonly [file: string, source: string][]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-pages-"));
  try {
    for (const [file, source] of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), source);
    }
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const options = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: { rootDirs: [root, folder], paths: { "#typebox": [join(root, "host/typebox/index.ts")] } },
      files: files.map(([file]) => file),
      include: [],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(options));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const tsc = join(root, "node_modules/typescript/lib/tsc.js");
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "--noEmit", "-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    return stdout.split("\n").filter((line) => line.includes(basename(folder)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the files of a new route and a new binding compile beside those of today", { timeout: 300_000 }, async () => {
  const files = [...filesIn(await page("add-an-admin-route")), ...filesIn(await page("add-a-binding"))];
  expect(files.map(([file]) => file)).toEqual([
    "host/admin/storage.ts",
    "host/admin/storage.test.ts",
    "host/bindings/dice/binding.ts",
    "host/bindings/dice/worker.ts",
    "host/bindings/dice/host.ts",
    "host/bindings/dice/arguments.ts",
    "host/bindings/dice/wit.ts",
    "test/dice.test.ts",
  ]);
  // The last one compiles once the registry has the binding.
  expect(await compile(files.slice(0, -1))).toEqual([]);
});

test.each([
  ["add-an-admin-route", "getStorage", "host/cli/admin-api.d.ts"],
  ["add-an-admin-route", "/storage", "host/cli/admin-api.d.ts"],
  ["add-a-cli-command", "plinth tenant storage", "docs/reference/cli.md"],
  ["add-an-error", "PLINTH_NO_VERSIONS", "docs/reference/errors.md"],
  ["add-a-binding", "diceBinding", "host/bindings/registry.ts"],
])("%s adds %s, which %s does not have yet", async (name, addition, file) => {
  expect(await page(name)).toContain(addition);
  expect(await read(file)).not.toContain(addition);
});
