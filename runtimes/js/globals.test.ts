/** The standard globals: each expression has the same value in the runtime and in Node. */
import { describe, expect, test } from "vitest";
import { onOneLine, same } from "./same-as-node.fixture.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
describe.each(
  Object.entries({
    URL: [
      ...[
        "http://example.com",
        "http://example.com:80/a/../b/./c?x=1&y=2#frag",
        "https://user:p%40ss@EXAMPLE.com:8443/%7Ea b/?q=a b\u00e9#\u00e9",
        "http://[2001:DB8::1]:8080/x",
        "http://1.2.3.4/",
        "http://0x7f.1/",
        "http://a.b-c_d.localhost:65535/x.y/.hidden?a=%2F&b[]=1",
        "http://shop.localhost:8080/cart?id=7",
        "http://ex.com/a/%2e%2e/b",
        "http://ex.com/..a/b.",
        "http://ex.com?",
        "http://ex.com/#",
        "http://ex.com/a?b#c#d",
        "http://b\u00fccher.example/",
        "http://\u4f8b\u3048.jp/",
        "file:///C:/x",
        "data:text/plain,hi there",
        "mailto:a@b.c",
        "javascript:alert(1)",
        "http://a..b/",
        "http://ex.com:0/",
        "http://ex.com:99999/",
        "http://",
        "//x",
        "http://a b/",
        "http://ex.com/'\"<>`{}|^",
        "  http://ex.com/ \t",
        "http://ex.com./x",
        "http://1.2.3/",
        "http://ex.com/\\a\\b",
      ].map(
        (url) =>
          `((u) => [u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname,
            u.search, u.hash, [...u.searchParams]])(new URL(${JSON.stringify(url)}))`,
      ),
      `["../x", "/y", "?q", "#h", "//other/z", "http:rel", ""].map((ref) => new URL(ref, "http://ex.com/a/b/c?d#e").href)`,
      `(() => { const u = new URL("http://ex.com/a"); u.searchParams.append("k", "v w&"); u.hash = "h"; u.port = "81";
        u.pathname = "/p q"; u.host = "o.org:9"; u.protocol = "https"; u.username = "me"; return u.href })()`,
      `(() => { const u = new URL("http://ex.com/?a=1"); const p = u.searchParams; u.search = "?b=2&c"; p.delete("c");
        return [u.href, [...p], p.size] })()`,
      `[URL.canParse("x:y"), URL.canParse("x"), URL.parse("x"), JSON.stringify({ u: new URL("http://a/b") })]`,
    ],
    URLSearchParams: [
      `[...new URLSearchParams("?a=1&b=%20x+y&&c&=d&%zz=%ff&e=%E2%82%AC")]`,
      `new URLSearchParams({ a: "1 2", "\u00e9": "~!'()*-._&=+%" }).toString()`,
      `new URLSearchParams([["b", "2"], ["a", "1"], ["b", "3"]]).getAll("b")`,
      `((p) => { p.sort(); p.set("b", "x"); p.append("c", "\\ud800"); p.delete("a", "2");
        return [p.toString(), p.has("a", "1"), p.has("q"), p.get("nope"), p.size]
        })(new URLSearchParams("b=2&a=1&b=3&a=2"))`,
      `[...new URLSearchParams("a=1&b=2").entries()].concat([...new URLSearchParams("x=1").keys()],
        [...new URLSearchParams("x=1").values()])`,
      `new URLSearchParams([["a"]])`,
    ],
    Headers: [
      `[...new Headers({ B: " 1 ", a: "2" })]`,
      `((h) => { h.append("set-cookie", "b"); h.append("X", "1"); h.append("x", "2");
        return [[...h], h.get("x"), h.getSetCookie(), h.has("X"), h.get("no")] })(new Headers([["Set-Cookie", "a"]]))`,
      `((h) => { h.set("a", "9"); h.delete("b"); const seen = []; h.forEach((v, k) => seen.push(k + v));
        return [seen, [...h.keys()], [...h.values()]] })(new Headers([["a", "1"], ["b", "2"], ["A", "3"]]))`,
      `new Headers({ "bad name": "x" })`,
      `new Headers({ a: "b\\nc" })`,
      `new Headers({ a: "\u20ac" })`,
      `[...new Headers(new Headers({ a: "1" }))]`,
      `Object.prototype.toString.call(new Headers())`,
    ],
    "Request and Response": [
      `((r) => [r.method, r.url, r.headers.get("content-type"), r.bodyUsed, r.redirect])(
        new Request("http://a/b?c", { method: "post", body: "x" }))`,
      `new Request("http://a", { method: "GET", body: "x" })`,
      `new Request("nonsense")`,
      `new Request("http://a", { method: "po st" })`,
      `new Request(new Request("http://a", { method: "PUT", body: "abc", headers: { x: "1" } }),
        { headers: { y: "2" } }).text()`,
      `(async () => { const r = new Request("http://a", { method: "PUT", body: "abc" }); const c = r.clone();
        return [await r.text(), await c.text(), r.bodyUsed] })()`,
      `new Response("x", { status: 99 })`,
      `new Response("x", { status: 204 })`,
      `new Response("x", { status: 600 })`,
      `((r) => [r.status, r.ok, r.statusText, r.type, r.url, r.redirected, r.body])(
        new Response(null, { status: 404, statusText: "Nope" }))`,
      `((r) => [r.status, r.headers.get("location")])(Response.redirect("http://a/b c", 307))`,
      `Response.redirect("http://a/", 200)`,
      `Response.json({ a: 1n })`,
      `Response.json(undefined)`,
      `Response.json({ a: [1, null] }, { status: 201, headers: { "x-y": "z" } }).text()`,
      `[Response.error().type, Response.error().status]`,
      `(async () => { const r = new Response("x"); await r.text(); return r.text() })()`,
      `(async () => { const r = new Response("x"); r.body.getReader(); return r.text() })()`,
      `new Response("{oops").json()`,
      `new Response(new Uint8Array([1, 2, 3]).subarray(1)).bytes()`,
      `new Response(new URLSearchParams({ a: "b c" })).text()`,
      `(async () => [...(await new Response(new URLSearchParams({ a: "b c" })).formData())])()`,
      `(async () => { const b = await new Response("hi", { headers: { "content-type": "text/x" } }).blob();
        return [b.size, b.type, await b.text()] })()`,
      `(async () => { const parts = []; for await (const c of new Response("hey").body) parts.push(...c);
        return parts })()`,
      `new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104])); c.enqueue(new Uint8Array([105]));
        c.close() } })).text()`,
      `Object.prototype.toString.call(new Response())`,
    ],
    "FormData and Blob": [
      `(async () => { const f = new FormData(); f.append("a", "1"); f.append("a", "2\\nline");
        f.append("f", new Blob(["x\\0y"], { type: "text/y" }), "n\\"ame.txt"); f.set("b", "\u00e9");
        const g = await new Response(f).formData(); return [g.getAll("a"), g.get("b"), g.get("f").name, g.get("f").type,
        g.get("f").size, g.has("z"), [...g.keys()]] })()`,
      `(async () => { const b = new Blob(["ab", new Uint8Array([99]), new Blob(["d"])], { type: "T/X" });
        return [b.size, b.type, await b.text(), await b.slice(1, 3).text(), await b.slice(-1).text(),
        [...new Uint8Array(await b.arrayBuffer())]] })()`,
      `((f) => [f.name, f.size, f.type, f.lastModified])(
        new File(["abc"], "x.txt", { type: "text/plain", lastModified: 5 }))`,
    ],
    encoding: [
      `new TextEncoder().encode("a\u00e9\u20ac\u{1F600}\\ud800\\0b")`,
      `((a) => [new TextEncoder().encodeInto("h\u00e9\u20ac", a), a])(new Uint8Array(5))`,
      `new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0, 0x62, 0xff, 0xc0, 0x80, 0xe2, 0x82, 0xf0,
        0x9f, 0x98, 0x80, 0xf4, 0x90, 0x80, 0x80]))`,
      `new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))`,
      `new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0x61, 0xff]))`,
      `((d) => [d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }), 
        d.decode(new Uint8Array([0xac, 0xf0]), { stream: true }), d.decode()])(new TextDecoder())`,
      `new TextDecoder("latin1").decode(new Uint8Array([0x80, 0xe9, 0x41]))`,
      `[new TextDecoder("utf-16le").decode(new Uint8Array([0x61, 0, 0x3d, 0xd8, 0, 0xde])),
        new TextDecoder("UTF8").encoding]`,
      `new TextDecoder("nonsense")`,
      `new TextDecoder("replacement")`,
      ...[
        "iso-8859-2",
        "windows-1251",
        "koi8-u",
        "macintosh",
        "x-user-defined",
        "gb18030",
        "big5",
        "shift_jis",
        "euc-kr",
      ].map(
        (label) => `((d) => [d.encoding, d.decode(Uint8Array.from({ length: 256 }, (_, i) => i)),
          new TextDecoder(" ${label.toUpperCase()}\\n").encoding])(new TextDecoder("${label}"))`,
      ),
      `((d) => [d.decode(new Uint8Array([0x83, 0x65, 0x83]), { stream: true }) +
        d.decode(new Uint8Array([0x58]), { stream: true }) + d.decode()])(new TextDecoder("sjis"))`,
      `((d) => [d.decode(new Uint8Array([0xff, 0xfe, 0x3d]), { stream: true }),
        d.decode(new Uint8Array([0xd8, 0, 0xde, 0]), { stream: true }), d.decode()])(new TextDecoder("utf-16"))`,
      `new TextDecoder("utf-16le", { fatal: true }).decode(new Uint8Array([0, 0xd8, 0x61, 0]))`,
      `new TextDecoder("utf-16be").decode(new Uint8Array([0, 0x61, 0xd8, 0, 0]))`,
      `[0, 1, 2, 3, 4, 5, 6, 7, 8, 20].map((n) => ((a) =>
        [new TextEncoder().encodeInto("a\u00e9\u20ac\ud83d\ude00\ud800\0", a), a])(new Uint8Array(n)))`,
      `[btoa("hello"), btoa(""), btoa("\\xff\\xfe"), atob("aGVsbG8="), atob(" aGV sbG8 "), atob("//79").length]`,
      `btoa("\u20ac")`,
      `atob("a")`,
      `atob("a*==")`,
    ],
    structuredClone: [
      `structuredClone({ a: [1, , 3], d: new Date(5), r: /x/gi, m: new Map([[1, { b: 2 }]]), s: new Set([1]),
        u: undefined, n: null, big: 10n, t: new Uint16Array([1, 2]) })`,
      `(() => { const a = { list: [] }; a.self = a; a.list.push(a); const b = structuredClone(a);
        return [b.self === b, b.list[0] === b, b !== a] })()`,
      `((e) => [e.name, e.message, e instanceof RangeError, e.cause])(structuredClone(new RangeError("m", { cause: 1 })))`,
      `structuredClone(() => {})`,
      `structuredClone({ s: Symbol() })`,
      `(() => { const b = new ArrayBuffer(4); const c = structuredClone(b, { transfer: [b] });
        return [b.byteLength, c.byteLength] })()`,
      `(() => { const b = new ArrayBuffer(8); const c = structuredClone([new Uint8Array(b, 2, 3), new Uint8Array(b)]);
        return [c[0].buffer === c[1].buffer, c[0].byteOffset, c[0].length] })()`,
    ],
    "events and aborting": [
      `(() => { const t = new EventTarget(), seen = [];
        t.addEventListener("x", (e) => seen.push(e.type, e.target === t), { once: true });
        t.addEventListener("x", { handleEvent(e) { seen.push(e.detail); e.preventDefault() } });
        return [t.dispatchEvent(new CustomEvent("x", { detail: 7, cancelable: true })),
        t.dispatchEvent(new Event("x")), seen] })()`,
      `(() => { const c = new AbortController(), seen = []; c.signal.onabort = () => seen.push("on");
        c.signal.addEventListener("abort", () => seen.push(c.signal.reason.name)); c.abort(); c.abort();
        return [seen, c.signal.aborted] })()`,
      `AbortSignal.abort().throwIfAborted()`,
      `AbortSignal.abort("why").reason`,
      `(() => { const c = new AbortController(); const any = AbortSignal.any([new AbortController().signal, c.signal]);
        c.abort("r"); return [any.aborted, any.reason] })()`,
      `new Promise((done) => { const s = AbortSignal.timeout(5); s.onabort = () => done([s.reason.name, s.reason.code]) })`,
      `((e) => [e.name, e.code, e.message, e instanceof Error, DOMException.ABORT_ERR,
        String(e)])(new DOMException("m", "AbortError"))`,
      `new AbortSignal()`,
    ],
    crypto: [
      `crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc")).then((b) => new Uint8Array(b))`,
      `crypto.subtle.digest({ name: "sha-1" }, new Uint8Array(200)).then((b) => new Uint8Array(b))`,
      `crypto.subtle.digest("SHA-512", new Uint8Array(0)).then((b) => new Uint8Array(b))`,
      `crypto.subtle.digest("SHA-384", new Uint8Array([1]).buffer).then((b) => new Uint8Array(b))`,
      `crypto.subtle.digest("MD4", new Uint8Array(1))`,
      `/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())`,
      `((a) => [crypto.getRandomValues(a) === a, a.some((x) => x !== 0), a.length])(new Uint32Array(64))`,
      `crypto.getRandomValues(new Uint8Array(65537))`,
    ],
    scheduling: [
      `new Promise((done) => { const seen = []; setTimeout(() => { seen.push("t"); done(seen) }, 0);
        queueMicrotask(() => seen.push("q")); Promise.resolve().then(() => seen.push("p")); seen.push("s") })`,
      `new Promise((done) => setTimeout((...a) => done(a), 1, "x", 2))`,
      `queueMicrotask(7)`,
      `[typeof performance.now(), performance.now() >= 0, typeof navigator.userAgent]`,
    ],
    language: [
      `Array.fromAsync([1, Promise.resolve(2)], (x) => x * 2)`,
      `Array.fromAsync({ length: 2, 0: "a", 1: "b" })`,
      `Array.fromAsync((async function* () { yield 1; yield 2 })())`,
      `[typeof Symbol.dispose, String(Symbol.asyncDispose), Array.fromAsync.name]`,
      `[new Set([1, 2]).union(new Set([3])), [1, 2, 3].values().map((x) => x * 2).toArray(),
        Object.groupBy([1, 2], (x) => x % 2 ? "odd" : "even")]`,
      `[/[\\p{L}--[a-z]]/v.test("A"), /(?i:a)b/.test("Ab"), "\\ud800".isWellFormed(), [3, 1].toSorted(),
        RegExp.escape("a.b")]`,
    ],
    streams: [
      `(async () => { const t = new TransformStream({ transform(c, out) { out.enqueue(c * 2) } });
        const w = t.writable.getWriter(); w.write(1); w.write(2); w.close(); const out = [];
        for await (const c of t.readable) out.push(c); return out })()`,
      `(async () => { const [a, b] = new Response("tee").body.tee();
        return [await new Response(a).text(), await new Response(b).text()] })()`,
    ],
  }),
)("%s", (_name, expressions) => {
  test.each(expressions.map(onOneLine))("%s", same);
});

test("console formats as Node does, each level to its own", () => {
  slot.logs.length = 0;
  slot.serve(`export default () => {
    console.log("a %s b %d %i %f %j %o %%", "x", 1.5, 1.9, "2.5", { a: 1 }, [1], "rest", { n: null });
    console.debug(1n, -0, undefined, null, true, Symbol("s"));
    console.warn({
      a: 1, b: "it's", c: [1, 2, [3, [4, [5]]]], d: new Map([["k", { v: 1 }]]), e: new Set([1]), f() {}, g: class A {},
      [Symbol("x")]: 1,
    });
    console.error(new Headers({ a: "1" }), new Uint8Array(3), new Date(0), /x/g, Object.create(null),
      new (class Point { x = 1 })());
    const circle = { name: "c" }; circle.self = circle;
    console.info(circle, [undefined, , 1], "zero\\0");
    console.group("g"); console.log("in\\nside"); console.groupEnd(); console.count(); console.count();
    console.assert(1 === 2, "math");
    return new Response("");
  }`);
  expect(slot.logs.map(({ level, text }) => `${level}: ${text}`)).toMatchSnapshot();
});

test("errors in timers and listeners are logged and stop nothing", () => {
  slot.logs.length = 0;
  const response = slot.serve(`export default async () => {
    setTimeout(() => { throw new Error("in a timer") }, 0);
    new (class extends EventTarget {})().dispatchEvent(new Event("none"));
    const target = new EventTarget();
    target.addEventListener("x", () => { throw new Error("in a listener") });
    target.dispatchEvent(new Event("x"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return new Response("on");
  }`);
  expect(bodyText(response)).toBe("on");
  expect(slot.logs.map(({ level, text }) => [level, text.split("\n")[0]])).toEqual([
    ["error", "Error: in a listener"],
    ["error", "Error: in a timer"],
  ]);
});

test("the functions of the prelude keep no source text in the image, and those of a tenant do", () => {
  const source = `const own = () => 7;
    export default () => Response.json([String(fetch), String(URL.prototype.toString), String(own)])`;
  const native = expect.stringContaining("[native code]");
  expect(JSON.parse(bodyText(slot.serve(source)))).toEqual([native, native, "() => 7"]);
});

test("names of classes, and properties of globals, are as users expect", () => {
  const source = `export default () => Response.json([
    [
      Response, Request, Headers, URL, URLSearchParams, Blob, FormData, TextEncoder, AbortController, ReadableStream,
    ].map((type) => type.name),
    Object.keys(globalThis), Math.random.name, typeof fetch,
    (globalThis.fetch = () => 7)(), new (class extends Response {})("x").status,
  ])`;
  const names = "Response Request Headers URL URLSearchParams Blob FormData TextEncoder AbortController ReadableStream";
  expect(JSON.parse(bodyText(slot.serve(source)))).toEqual([names.split(" "), [], "random", "function", 7, 200]);
});
