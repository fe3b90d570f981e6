import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bundleJavaScript } from "./bundle.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-bundle-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function project(files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const handler = (text: string) => `export default { fetch: () => new Response(${JSON.stringify(text)}) }`;
const served = async (path: string) => bodyText(slot.serve((await bundleJavaScript(path)).source));

describe("the entry", () => {
  test.each([
    ["src/index.ts", {}],
    ["index.js", {}],
    ["worker.ts", {}],
    ["lib/main.ts", { main: "lib/main.ts" }],
    ["lib/module.mjs", { main: "missing.js", module: "./lib/module.mjs" }],
    ["edge.ts", { main: "index.js", plinth: "edge.ts" }],
  ])("%s", async (path, json) => {
    project({ "package.json": JSON.stringify(json), [path]: handler(path) });
    expect(await served(folder)).toBe(path);
  });

  test("may be given itself", async () => {
    expect(await served(join(project({ "odd-name.ts": handler("itself") }), "odd-name.ts"))).toBe("itself");
  });

  test("is missing", async () => {
    await expect(bundleJavaScript(project({ "readme.md": "" }))).rejects.toMatchObject({
      code: "PLINTH_BUILD_NO_ENTRY",
    });
    await expect(bundleJavaScript(join(folder, "nowhere"))).rejects.toMatchObject({ code: "PLINTH_BUILD_NO_ENTRY" });
  });
});

describe("dependencies", () => {
  const npm = (name: string, json: object, files: Record<string, string>) =>
    Object.fromEntries([
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", ...json })],
      ...Object.entries(files).map(([path, text]) => [`node_modules/${name}/${path}`, text]),
    ]);

  test("CommonJS and ES packages are bundled, by the conditions of a worker", async () => {
    project({
      "index.ts": `import cjs from "old"; import { who } from "new"; import data from "./data.json";
        export default { fetch: (): Response => new Response([cjs.who, who, data.n].join()) }`,
      "data.json": `{"n":7}`,
      ...npm("old", { main: "main.js" }, { "main.js": "exports.who = 'cjs'" }),
      ...npm(
        "new",
        { type: "module", exports: { ".": { node: "./node.js", worker: "./worker.js", default: "./other.js" } } },
        {
          "node.js": "import 'node:fs'",
          "worker.js": "export const who = 'worker'",
          "other.js": "export const who = 'other'",
        },
      ),
    });
    expect(await served(folder)).toBe("cjs,worker,7");
  });

  test("a package with the name of one of Node's modules is no module of Node's", async () => {
    project({
      "index.js": `import { on } from "events"; export default () => new Response(on)`,
      ...npm("events", { main: "i.js" }, { "i.js": "exports.on = 'npm'" }),
    });
    expect(await served(folder)).toBe("npm");
  });

  test.each(["node:fs", "fs", "node:test/reporters"])("%s is refused, naming who imports it", async (name) => {
    project({ "index.js": `import "./deep/file.js"`, "deep/file.js": `require(${JSON.stringify(name)})` });
    await expect(bundleJavaScript(folder)).rejects.toThrow(`deep/file.js imports "${name}", a module of Node's`);
    await expect(bundleJavaScript(folder)).rejects.toMatchObject({ code: "PLINTH_BUILD_FAILED" });
  });

  test("what cannot be resolved or parsed is told with file and line", async () => {
    project({ "index.ts": `\nimport x from "nowhere"; export default x` });
    await expect(bundleJavaScript(folder)).rejects.toThrow(/index\.ts:2:15: Could not resolve "nowhere"/);
    project({ "index.ts": `export default {{` });
    await expect(bundleJavaScript(folder)).rejects.toThrow(/index\.ts:1:\d+: /);
  });
});

test("syntax that the engine lacks is rewritten, and the source map leads back to the TypeScript", async () => {
  project({
    "src/index.ts": `import { fail } from "./fail.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    using _ = { [Symbol.dispose]() {} };
    return fail(request.url);
  },
};
`,
    "src/fail.ts": `export function fail(what: string): never {

  throw new Error(\`failed: \${what}\`);
}
`,
  });
  const { source, sourceMap, warnings } = await bundleJavaScript(folder);
  expect(warnings).toEqual([]);
  slot.restore(slot.load(source));
  const outcome = slot.start();
  const stack = outcome.tag === "failed" ? outcome.val : "";
  const [, line, column] = /worker\.js:(\d+):(\d+)/.exec(stack)!;
  const map = JSON.parse(sourceMap);
  expect(map.sourcesContent).toBeUndefined();
  const origin = new SourceMap(map).findEntry(Number(line) - 1, Number(column) - 1);
  expect(origin).toMatchObject({ originalSource: "src/fail.ts", originalLine: 2 });
});

test("classes and functions keep their names", async () => {
  const text = `class Shop { constructor() { this.name = new.target.name } } class Gone extends Error {}
    const makeIt = () => 1; function useIt() { return makeIt() }
    export default { fetch: () => Response.json([new Shop().name, new Gone().constructor.name, makeIt.name, useIt.name]) }`;
  expect(JSON.parse(await served(project({ "index.js": text })))).toEqual(["Shop", "Gone", "makeIt", "useIt"]);
});
