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

  test("a file for browsers that needs a page gives way to the one beside it", async () => {
    const browser = '{"main": "a.js", "browser": {"./parse.js": "./parse.browser.js"}}';
    const answer = async (text: string) => {
      const files = { "node_modules/x/package.json": browser, "node_modules/x/a.js": `export * from "./parse.js"` };
      const parsers = { "parse.js": `export const by = "plain"`, "parse.browser.js": text };
      for (const [name, contents] of Object.entries(parsers)) project({ [`node_modules/x/${name}`]: contents });
      const program = `import { by } from "x"; export default { fetch: () => new Response(by) }`;
      return served(project({ ...files, "index.js": program }));
    };
    expect(await answer(`const parser = new DOMParser(); export const by = "browser"`)).toBe("plain");
    expect(await answer(`export const by = "browser"`)).toBe("browser");
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

describe("rare globals", () => {
  const answers = async (expression: string) => {
    const text = `export default { async fetch() { return Response.json(${expression}) } }`;
    return JSON.parse(await served(project({ "index.js": text })));
  };

  test("URLPattern", async () => {
    const pattern = `new URLPattern({ pathname: "/books/:id" })`;
    expect(await answers(`${pattern}.exec("http://a/books/7?q").pathname.groups`)).toEqual({ id: "7" });
    expect(await answers(`[${pattern}.test("http://a/books"), URLPattern.name]`)).toEqual([false, "URLPattern"]);
  });

  test("are found in globalThis, and by their names in texts", async () => {
    const names = ["URLPattern", "MessageChannel", "MessagePort", "FixedLengthStream", "DisposableStack"];
    const found = `${JSON.stringify(names)}.map((name) => [typeof globalThis[name], typeof self[name],
      Object.getOwnPropertyDescriptor(globalThis, name).enumerable, name in globalThis])`;
    expect(await answers(found)).toEqual(names.map(() => ["function", "function", false, true]));
    const own = `(() => { performance.mark("a"); return Object.keys(performance) })()`;
    expect(await answers(own)).toEqual([]);
  });

  test("MessageChannel", async () => {
    const program = `(async () => { const { port1, port2 } = new MessageChannel(), seen = [], sent = { n: [1] };
      port1.postMessage(sent); sent.n.push(2); port1.postMessage("second");
      const done = new Promise((resolve) =>
      { port2.onmessage = ({ data }) => { seen.push(data); if (data === "end") resolve() } });
      queueMicrotask(() => seen.push("a promise job comes first")); port1.postMessage("end"); await done;
      port2.close(); port1.postMessage("dropped"); return seen })()`;
    expect(await answers(`await ${program}`)).toEqual(["a promise job comes first", { n: [1] }, "second", "end"]);
  });

  test("performance.mark and measure", async () => {
    const program = `(() => { performance.mark("a", { startTime: 5 });
      performance.mark("b", { startTime: 9, detail: { x: 1 } });
      const m = performance.measure("m", "a", "b"); performance.measure("n", { start: 1, duration: 2 });
      performance.clearMarks("a"); let thrown; try { performance.measure("o", "a") } catch (error) { thrown = error.name }
      return [m, performance.getEntriesByType("mark").map((e) => [e.name, e.detail]),
      performance.getEntriesByName("n")[0].duration,
        thrown, m instanceof PerformanceMeasure, performance.now() >= 0] })()`;
    const m = { name: "m", entryType: "measure", startTime: 5, duration: 4 };
    expect(await answers(program)).toEqual([m, [["b", { x: 1 }]], 2, "SyntaxError", true, true]);
  });

  test("FixedLengthStream and IdentityTransformStream", async () => {
    const through = (
      stream: string,
      text: string,
    ) => `await (async () => { const s = ${stream}, w = s.writable.getWriter();
      w.write(new TextEncoder().encode("${text}")).catch(() => {}); w.close().catch(() => {});
      return new Response(s.readable).text().catch(String) })()`;
    const fixed = "new FixedLengthStream(3)";
    const all = [
      through("new IdentityTransformStream()", "abc"),
      ...["abc", "ab", "abcd"].map((text) => through(fixed, text)),
    ];
    const [short, long] = ["2 of 3 bytes were written", "more than 3 bytes were written"];
    const error = (what: string) => `TypeError: FixedLengthStream: ${what}`;
    expect(await answers(`[${all.join(", ")}]`)).toEqual(["abc", "abc", error(short), error(long)]);
  });

  test("DisposableStack, AsyncDisposableStack and SuppressedError", async () => {
    const program = `await (async () => { const seen = [], s = new DisposableStack(); s.defer(() => seen.push(1));
      s.use({ [Symbol.dispose]() { seen.push(2) } }); s.adopt(3, (x) => seen.push(x)); s.use(null);
      const moved = s.move(); const gone = s.disposed; moved.dispose(); moved.dispose();
      const a = new AsyncDisposableStack(); a.defer(async () => seen.push("a"));
      a.use({ async [Symbol.asyncDispose]() { seen.push("b") } });
      await a.disposeAsync();
      const bad = new DisposableStack(); for (const what of ["one", "two"]) bad.defer(() => { throw new Error(what) });
      let found; try { bad.dispose() } catch (e) { found = [e.name, e.error.message, e.suppressed.message,
      e instanceof SuppressedError] }
      let late; try { moved.defer(() => {}) } catch (e) { late = e.name }
      let wrong; try { new DisposableStack().use({}) } catch (e) { wrong = e.name }
      { using t = new DisposableStack(); t.defer(() => seen.push("using")) }
      return [seen, gone, found, late, wrong] })()`;
    const found = ["SuppressedError", "one", "two", true];
    expect(await answers(program)).toEqual([[3, 2, 1, "b", "a", "using"], true, found, "ReferenceError", "TypeError"]);
  });

  test("are in the programs that name them, and in no other", async () => {
    const plain = await bundleJavaScript(project({ "index.js": handler("plain") }));
    expect(plain.source.length).toBeLessThan(300);
  });
});
