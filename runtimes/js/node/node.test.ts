/** Modules of Node in programs: each expression has the same value in a slot and in Node itself. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleJavaScript } from "../bundle.ts";
import { bodyText, JavaScriptSlot } from "../slot.fixture.ts";

const slot = await JavaScriptSlot.make();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-node-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const caught = "(f) => { try { return String(f()); } catch (e) { return e.code ?? e.name; } }";

/** Module -> expressions that have it as `m`. */
const cases: Readonly<Record<string, readonly string[]>> = {
  assert: [
    `(${caught})(() => m.deepStrictEqual({ a: [1] }, { a: [1] }))`,
    `(${caught})(() => m.deepStrictEqual({ a: [1] }, { a: [2] }))`,
    `(${caught})(() => m.strictEqual(1, "1"))`,
    `(${caught})(() => m.throws(() => { throw new TypeError("x"); }, TypeError))`,
  ],
  buffer: [
    'm.Buffer.from("grüße €").toString("base64")',
    'm.Buffer.from("zzz=", "base64").toString("hex")',
    'm.Buffer.concat([m.Buffer.from("a"), m.Buffer.alloc(2, 1)]).toJSON()',
    "m.Buffer.from([1, 2, 3, 4]).readUInt32LE(0)",
    'm.Buffer.from("abc").equals(m.Buffer.from("abc"))',
    'm.Buffer.byteLength("€")',
    'm.Buffer.from("ff", "latin1").toString("utf16le").length',
  ],
  crypto: [
    ...["md5", "sha1", "SHA-256", "RSA-SHA256", "sha384", "sha512", "sha3-256", "ripemd160"].map(
      (name) => `m.createHash(${JSON.stringify(name)}).update("abc").update(new Uint8Array([0, 255])).digest("hex")`,
    ),
    'm.createHmac("sha256", "key").update("data").digest("base64url")',
    'm.createHmac("sha512", m.createSecretKey("6b6579", "hex")).update("data").digest().length',
    'm.pbkdf2Sync("password", "salt", 7, 20, "sha1").toString("hex")',
    'm.pbkdf2Sync("password", "salt", 7, 20, "sha3-256").toString("hex")',
    // By an interpreter these would take the time of many requests.
    'm.pbkdf2Sync("password", "salt", 100_000, 32, "sha256").toString("hex")',
    'm.createHash("sha256").update(new Uint8Array(2_000_000)).update("ü\\0").digest("hex")',
    `["md5", "sha1", "sha512", "sha224"].map((name) => { const h = m.createHash(name), bytes = new Uint8Array([1, 2]);
      h.update(bytes); bytes.fill(9); const other = h.copy(); h.update("a"); other.update("b");
      return [h.digest("hex"), other.digest("hex"), m.createHash(name).digest("base64")]; })`,
    `["md5", "sha1", "sha384", "sha3-256"].map((name) => [new Uint8Array(0), "k".repeat(300)].map((key) =>
      m.createHmac(name, key).update("d").update(new Uint8Array(3)).digest("hex")))`,
    'm.hkdfSync("sha512", "key", "", "", 300).byteLength',
    'm.scryptSync("password", "salt", 16, { N: 16, r: 2 }).toString("hex")',
    'Array.from(new Uint8Array(m.hkdfSync("sha256", "key", "salt", "info", 13)))',
    'm.hash("sha1", "abc")',
    "m.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 2]))",
    `(${caught})(() => m.timingSafeEqual(new Uint8Array(1), new Uint8Array(2))) === "1"`,
    `(${caught})(() => m.createHash("sha0"))`,
    `(${caught})(() => { const h = m.createHash("sha1"); h.digest(); h.update("x"); })`,
    "m.randomBytes(70_000).length",
    "m.randomInt(5, 6)",
    "m.randomUUID().length",
    'new Promise((done) => m.pbkdf2("p", "s", 1, 8, "sha256", (error, key) => done([error, key.toString("hex")])))',
  ],
  events: [
    `(() => { const e = new m.EventEmitter(); const got = []; e.on("x", (v) => got.push(v));
      e.prependListener("x", (v) => got.push(-v)); e.once("x", () => got.push(0)); e.emit("x", 1); e.emit("x", 2);
      return got; })()`,
    `(${caught})(() => new m.EventEmitter().emit("error", new RangeError("x")))`,
    '(async () => { const e = new m.EventEmitter(); queueMicrotask(() => e.emit("y", 1, 2)); return m.once(e, "y"); })()',
  ],
  path: [
    'm.join("/a", "..", "b", "./c")',
    'm.relative("/a/b/c", "/a/d")',
    'm.parse("/x/y.tar.gz")',
    'm.basename("/x/y.ts", ".ts") + m.extname("z.d.ts") + m.dirname("/x/y")',
    'm.normalize("a//b/../c/")',
    'm.isAbsolute("a")',
  ],
  querystring: ['m.parse("a=1&b=%20x&a=2&c")', 'm.stringify({ a: [1, 2], b: "ü &" })', 'm.escape("a b&c")'],
  stream: [
    '(async () => { const got = []; for await (const x of m.Readable.from(["a", "b"])) got.push(x); return got; })()',
    `(async () => { const up = new m.Transform({ transform(c, e, done) { done(null, String(c).toUpperCase()); } });
      const got = []; up.on("data", (c) => got.push(String(c)));
      await m.promises.pipeline(m.Readable.from(["x", "y"]), up); return got.join(""); })()`,
    `new Promise((done) => m.pipeline(m.Readable.from([1]),
      new m.Writable({ objectMode: true, write(c, e, next) { next(new Error("no")); } }),
      (error) => done(error.message)))`,
  ],
  string_decoder: [
    `(() => { const d = new m.StringDecoder("utf8");
      return [d.write(Buffer.from([0xe2, 0x82])), d.write(Buffer.from([0xac])), d.end()]; })()`,
  ],
  "timers/promises": ['m.setImmediate("x")'],
  url: [
    'm.format({ protocol: "https", host: "h", pathname: "/p", query: { a: 1 } })',
    'm.resolve("http://h/a/b", "../c")',
    'm.fileURLToPath("file:///a/b%20c")',
    'm.pathToFileURL("/a b").href',
  ],
  util: [
    'm.inspect({ a: [1, { b: new Map([["k", new Date(0)]]) }], s: "it\'s" })',
    'm.format("%s is %d and %j %o", "x", 4.5, { a: 1 }, "z").length > 0',
    "m.isDeepStrictEqual({ a: [1, 2] }, { a: [1, 2] })",
    "m.promisify((x, done) => done(null, x + 1))(1)",
    "new Promise((done) => m.callbackify(async (x) => x * 2)(4, (error, value) => done([error, value])))",
    "m.types.isRegExp(/x/) && m.types.isPromise(Promise.resolve()) && !m.types.isDate({})",
    "(() => { function A() {} function B() {} m.inherits(A, B); return new A() instanceof B; })()",
    'm.stripVTControlCharacters("\\u001b[31mred\\u001b[0m")',
  ],
  zlib: [
    'm.gunzipSync(m.gzipSync("hello ".repeat(100))).toString().length',
    'm.inflateRawSync(m.deflateRawSync(Buffer.from("abc"))).toString()',
    'm.deflateSync("abc").toString("hex")',
    'new Promise((done) => m.gzip("abc", (error, bytes) => m.gunzip(bytes, (e, back) => done(String(back)))))',
    `(${caught})(() => m.gunzipSync(Buffer.from("not gzip")))`,
  ],
};

/** The value after JSON, which both sides have. */
const answer = (value: unknown) => JSON.parse(JSON.stringify([value]))[0] as unknown;

describe.each(Object.entries(cases))("node:%s", (name, expressions) => {
  test("as in Node", async () => {
    const file = join(folder, "index.js");
    const list = expressions.map((text) => `() => ${text}`).join(",\n");
    const program = `import * as m from "node:${name}"; import { Buffer } from "node:buffer";
      const all = [${list}];
      export default { async fetch() {
        const values = []; for (const f of all) values.push(await f()); return Response.json(values); } }`;
    writeFileSync(file, program);
    const { source } = await bundleJavaScript(file);
    const expected: unknown[] = [];
    const m: unknown = process.getBuiltinModule(name);
    for (const text of expressions) expected.push(answer(await new Function("m", `return ${text}`)(m)));
    expect(JSON.parse(bodyText(slot.serve(source)))).toEqual(expected);
  });
});

test("a program of web standards has nothing of Node, and `process` stays unknown to it", async () => {
  const file = join(folder, "index.js");
  writeFileSync(file, "export default { fetch: () => new Response([typeof process, typeof Buffer].join()) }");
  const { source } = await bundleJavaScript(file);
  expect(source.length).toBeLessThan(200);
  expect(bodyText(slot.serve(source))).toBe("undefined,undefined");
});

test("with a module of Node's come its globals", async () => {
  const file = join(folder, "index.js");
  writeFileSync(
    file,
    `import "node:path"; export default { fetch: () => new Response([typeof process.nextTick, Buffer.from("a").length,
      typeof setImmediate, global === globalThis].join()) }`,
  );
  expect(bodyText(slot.serve((await bundleJavaScript(file)).source))).toBe("function,1,function,true");
});

test("a program's own import of what needs a machine is refused; a package's is not, until it calls it", async () => {
  const file = join(folder, "index.js");
  writeFileSync(
    file,
    'import { readFileSync } from "node:fs"; export default { fetch: () => new Response(readFileSync("x")) }',
  );
  await expect(bundleJavaScript(file)).rejects.toThrow('imports "node:fs", a module of Node\'s');
  const { mkdirSync } = await import("node:fs");
  mkdirSync(join(folder, "node_modules/reader"), { recursive: true });
  writeFileSync(join(folder, "node_modules/reader/package.json"), '{"name":"reader","main":"index.js"}');
  writeFileSync(
    join(folder, "node_modules/reader/index.js"),
    'const fs = require("fs"); exports.name = "reader"; exports.read = () => fs.readFileSync("x");',
  );
  writeFileSync(
    file,
    `import { name, read } from "reader"; export default { fetch() { try { return new Response(read()); }
      catch (error) { return new Response(name + ": " + error.message); } } }`,
  );
  expect(bodyText(slot.serve((await bundleJavaScript(file)).source))).toMatch(/^reader: .*fs\.readFileSync/);
});
