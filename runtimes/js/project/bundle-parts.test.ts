import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../../test/support/cli.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-why-"));
  const files: Readonly<Record<string, string>> = {
    "package.json": '{"name": "shop", "main": "src/index.ts"}',
    "src/index.ts": `import { total } from "./total.ts"; import { format } from "@shop/format"; import "node:path";
      export default { fetch: () => new Response(format(total())) };`,
    "src/total.ts": `import big from "big"; export const total = () => big.length;`,
    "node_modules/@shop/format/package.json": '{"main": "index.js", "type": "module"}',
    "node_modules/@shop/format/index.js": `import { pad } from "pad/lib/pad.js"; import { deep } from "./deep.js";
      export const unused = ${JSON.stringify("u".repeat(5_000))}; export const format = (value) => pad(deep + value);`,
    "node_modules/@shop/format/deep.js": `export const deep = ${JSON.stringify("d".repeat(100))};`,
    "node_modules/pad/package.json": '{"type": "module"}',
    "node_modules/pad/lib/pad.js": `export const pad = (text) => text.padStart(${JSON.stringify("p".repeat(200))}.length);`,
    "node_modules/big/package.json": '{"main": "big.js"}',
    "node_modules/big/big.js": `module.exports = ${JSON.stringify("b".repeat(2_000))};`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function why(...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(["build", folder, "--why", ...options], {});
  expect(code, stderr).toBe(0);
  return stdout;
}

test("plinth build --why says what makes a JavaScript program large, and which imports brought it in", async () => {
  const { packages, files } = JSON.parse(await why("--json")) as {
    packages: { name: string; bytes: number; files: number; through: string }[];
    files: { path: string; bytes: number }[];
  };
  const through = Object.fromEntries(packages.map(({ name, through: way }) => [name, way]));
  expect(through).toMatchObject({
    big: "src/total.ts",
    "@shop/format": "src/index.ts",
    pad: "src/index.ts > @shop/format",
    "(this project)": "",
  });
  expect(packages.map(({ bytes }) => bytes)).toEqual(packages.map(({ bytes }) => bytes).toSorted((a, b) => b - a));
  const format = packages.find(({ name }) => name === "@shop/format")!;
  expect(format).toMatchObject({ files: 2 });
  // Unused exports are not in the bundle.
  expect(format.bytes).toBeLessThan(500);
  expect(packages.find(({ name }) => name === "big")!.bytes).toBeGreaterThan(2_000);
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["big/big.js", "@shop/format/deep.js", "pad/lib/pad.js", "src/index.ts", "src/total.ts"]),
  );
});

test("for people, it prints tables, the largest first", async () => {
  const text = await why();
  expect(text).toMatch(/^PACKAGE +BYTES +FILES +IMPORTED BY$/m);
  expect(text).toMatch(/^pad +\d+ +1 +src\/index\.ts > @shop\/format$/m);
  expect(text).toMatch(/^FILE +BYTES\n.*\n(.*\n)*big\/big\.js +2,\d+$/m);
});
