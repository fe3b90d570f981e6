/** Events, clones, options of requests, forms and converting streams: as in Node. */
import { describe, expect, test } from "vitest";
import { inSlot, onOneLine, same } from "./same-as-node.fixture.ts";

const run = (statements: string) => `(async () => {
  const attempt = async (get) => { try { return await get() } catch (error) { return error.name } }; ${statements} })()`;
const form = (
  head: string,
  more = "",
) => `const body = ["--X", ${JSON.stringify(head)}, "", "hi", ${more} "--X--", ""].join("\\r\\n");
  const f = await new Response(body, { headers: { "content-type": "multipart/form-data; boundary=X" } }).formData();
  return [...f].map(([name, value]) => [name, typeof value === "string" ? value : [value.name, value.type, value.size]])`;
const disposition = (parameters: string) => form(`Content-Disposition: form-data; ${parameters}`);

describe.each(
  Object.entries({
    Event: [
      `const e = new Event("x", { cancelable: true }), t = new EventTarget(), seen = [];
        t.addEventListener("x", (e) => { seen.push(e.eventPhase, e.currentTarget === t, e.composedPath().length);
        e.preventDefault() });
        return [t.dispatchEvent(e), seen, e.eventPhase, e.currentTarget, e.target === t, e.composedPath(),
        e.defaultPrevented, e.returnValue]`,
      `const e = new Event("x"); return [e.cancelBubble, e.returnValue, e.srcElement, typeof e.timeStamp,
        e.isTrusted, Event.NONE, Event.AT_TARGET]`,
      `return [await attempt(() => new Event()), await attempt(() => new EventTarget().dispatchEvent({}))]`,
      `const t = new EventTarget(); let n = 0; const f = () => n++; t.addEventListener("a", f);
        t.addEventListener("a", f, true);
        t.addEventListener("a", f, { capture: true }); t.dispatchEvent(new Event("a")); t.removeEventListener("a", f);
        t.dispatchEvent(new Event("a")); return n`,
      `const t = new EventTarget(); let p; t.addEventListener("a", (e) => { e.preventDefault();
        p = e.defaultPrevented }, { passive: true });
        t.dispatchEvent(new Event("a", { cancelable: true })); return p`,
      `const t = new EventTarget(), r = [];
        t.addEventListener("a", () => { r.push(1); t.addEventListener("a", () => r.push(2)) });
        t.dispatchEvent(new Event("a")); return r`,
      `const t = new EventTarget(), r = [], second = () => r.push(2);
        t.addEventListener("a", () => { r.push(1); t.removeEventListener("a", second) }); t.addEventListener("a", second);
        t.dispatchEvent(new Event("a")); return r`,
      `const t = new EventTarget(), r = []; t.addEventListener("a", (e) => { r.push(1); e.stopImmediatePropagation() });
        t.addEventListener("a", () => r.push(2)); t.dispatchEvent(new Event("a")); return r`,
      `const t = new EventTarget(), c = new AbortController(); let n = 0;
        t.addEventListener("a", () => n++, { signal: c.signal });
        t.dispatchEvent(new Event("a")); c.abort(); t.dispatchEvent(new Event("a")); return n`,
      ...[`"a"`, `"a", 5`, `"a", () => {}, { signal: null }`].map(
        (values) => `return attempt(() => new EventTarget().addEventListener(${values}))`,
      ),
      `return [new ErrorEvent("error", { message: "m", error: 5, lineno: 3 }).error,
        new MessageEvent("m", { data: [1] }).data]`,
    ],
    AbortSignal: [
      `const c = new AbortController(), r = []; c.signal.addEventListener("abort", () => r.push("first"));
        c.signal.onabort = (e) => r.push(e.type, e.isTrusted, e.target === c.signal); c.abort("why");
        return [r, c.signal.reason]`,
      `const c = new AbortController(), s = AbortSignal.any([c.signal]), r = [];
        s.addEventListener("abort", () => r.push("any", c.signal.aborted));
        c.signal.addEventListener("abort", () => r.push("own", s.aborted)); c.abort(7); return [r, s.reason]`,
      `const c = new AbortController(), b = AbortSignal.any([AbortSignal.any([c.signal])]); c.abort(1);
        return [b.aborted, b.reason]`,
      `return [await attempt(() => AbortSignal.any(5)), await attempt(() => AbortSignal.any([{}])),
        AbortSignal.any([]).aborted]`,
      `return [AbortSignal.abort(undefined).reason.name, AbortSignal.abort(null).reason]`,
      `return [DOMException.ABORT_ERR, new DOMException().ABORT_ERR, new DOMException("a", { name: "X", cause: 5 }).cause]`,
    ],
    structuredClone: [
      ...[
        `new URL("http://a/")`,
        `new Headers()`,
        `new Response()`,
        `new Request("http://a/")`,
        `{ a: [new ReadableStream()] }`,
        `5, { transfer: [{}] }`,
      ].map((value) => `return attempt(() => structuredClone(${value}))`),
      `return structuredClone(Object(1n)) instanceof BigInt`,
      `const b = structuredClone(new Blob(["ab"], { type: "t/u" })); return [b.type, await b.text()]`,
      `const f = new File(["a"], "x", { type: "t/u", lastModified: 4 }), g = structuredClone(f);
        return [g !== f, g.name, g.type, g.lastModified, g.size]`,
      `const b = new ArrayBuffer(2); return [await attempt(() => structuredClone(b, { transfer: [b, b] })), b.byteLength]`,
      `return structuredClone(new (class Shop { open = 1; get total() { return 2 } })())`,
    ],
    "Request and Response": [
      `const r = new Request("http://a/", { mode: "no-cors", credentials: "omit", cache: "no-store", redirect: "manual",
        referrer: "", integrity: "x", keepalive: true });
        return [r.mode, r.credentials, r.cache, r.redirect, r.referrer, r.integrity, r.keepalive, r.duplex,
        r.clone().cache]`,
      `const r = new Request("http://a/"); return [r.mode, r.credentials, r.cache, r.redirect, r.referrer,
        r.integrity, r.keepalive]`,
      ...[
        `{ method: "CONNECT" }`,
        `{ method: "track" }`,
        `{ mode: "navigate" }`,
        `{ redirect: "x" }`,
        `{ signal: 5 }`,
        `5`,
      ].map((init) => `return attempt(() => new Request("http://a/", ${init}))`),
      `return attempt(() => new Request("http://u:p@a/"))`,
      `const c = new AbortController(), r = new Request("http://a/", { signal: c.signal }), q = new Request(r),
        k = r.clone();
        c.abort(1); return [r.signal === c.signal, r.signal.aborted, q.signal.aborted, k.signal.aborted]`,
      ...[`"a\\nb"`, `"\\u0100"`].map((text) => `return attempt(() => new Response("", { statusText: ${text} }))`),
      `return [new Response("", { statusText: "J\\u00fcr \\t" }).statusText, await attempt(() => new Response("", 5))]`,
      `const r = Response.redirect("http://a/"); return [await attempt(() => r.headers.set("a", "b")),
        await attempt(() => r.clone().headers.delete("location")),
        await attempt(() => Response.error().headers.append("a", "b"))]`,
      `const r = new Response(null, Response.redirect("http://a/")); r.headers.set("a", "b"); return [...r.headers]`,
    ],
    "data: URLs": [
      ...[
        "text/html,<b>hi</b>",
        ",a%20b%zz",
        "text/plain;base64,aGk=",
        ";charset=utf-8,x",
        "nonsense,x",
        "a/b;x=y,%ff",
      ].map(
        (url) =>
          `const r = await fetch("data:${url}"); return [r.status, r.url, r.headers.get("content-type"), await r.bytes()]`,
      ),
      ...["text/plain;base64,a", "nothing"].map((url) => `return attempt(() => fetch("data:${url}"))`),
    ],
    FormData: [
      disposition(`name="a"; filename*=utf-8''x%20y.txt`),
      disposition(`name="note;filename=x"`),
      disposition(`name="a"; filename="q;name=z"`),
      disposition(`name=a`),
      disposition(`name="a"; filename=""`),
      disposition(`filename="f"; name="a"`),
      form(`Content-Disposition: form-data; name="a"; filename="f"\r\nContent-Type: image/png`),
      form(`Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="a"`),
      form(`Content-Disposition: attachment; name="a"`),
      form(`Content-Disposition: form-data`),
      `const f = new FormData(); f.append("a\\r\\n\\"b", "c"); const g = await new Response(f).formData();
        return [...g.keys()]`,
    ],
    "converting streams": [
      ...["gzip", "deflate", "deflate-raw"].map(
        (
          format,
        ) => `const zipped = new Blob(["hello hello hello"]).stream().pipeThrough(new CompressionStream("${format}"));
          return new Response(zipped.pipeThrough(new DecompressionStream("${format}"))).text()`,
      ),
      `return attempt(() => new CompressionStream("br"))`,
      ...["deflate", "gzip", "deflate-raw"].map(
        (format) =>
          `return attempt(() =>
            new Response(new Blob(["nonsense"]).stream().pipeThrough(new DecompressionStream("${format}"))).text())`,
      ),
      `const zipped = await new Response(new Blob(["abc"]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
        const un = (bytes) => attempt(() =>
          new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text());
        return [await un(zipped.subarray(0, -1)), await un(new Uint8Array([...zipped, 1]))]`,
      `const all = []; const text = new Blob(["h\u00e9llo \u20ac"]).stream().pipeThrough(new TextDecoderStream());
        for await (const c of text) all.push(c);
        return all.join("")`,
      `const t = new TextEncoderStream(), w = t.writable.getWriter();
        for (const text of ["a\\ud83d", "\\ude00b", "\\ud83d"]) w.write(text); w.close();
        return new Response(t.readable).text()`,
      `const t = new TextDecoderStream("utf-8", { fatal: true }), w = t.writable.getWriter();
        w.write(new Uint8Array([255])).catch(() => {});
        w.close().catch(() => {}); return attempt(() => new Response(t.readable).text())`,
    ],
    "the form of classes": [
      `return [Headers, Request, Response, Event, URL, Blob, File, AbortSignal, TextDecoder, ReadableStream].map((type) =>
        [type.name, type.length, Object.getOwnPropertyDescriptor(globalThis, type.name).enumerable])`,
      `return ["append", "get", "forEach", "entries"].map((name) =>
        Object.getOwnPropertyDescriptor(Headers.prototype, name).enumerable)`,
      `return [JSON.parse, structuredClone, fetch, atob, Response.json, Error.captureStackTrace].map((value) =>
        value.name)`,
    ],
  }),
)("%s", (_, cases) => {
  test.each(cases.map((code) => [onOneLine(code), run(code)]))("%s", (_, code) => same(code));
});

test("what Workers have and Node has not", () => {
  const code = run(`const seen = []; addEventListener("unhandledrejection", (event) => { seen.push(event.reason);
      event.preventDefault() });
    addEventListener("error", (event) => { seen.push(event.message); event.preventDefault() });
    Promise.reject("floating"); reportError(new Error("told")); await scheduler.wait(1);
    const wait = await scheduler.wait(9, { signal: AbortSignal.abort("away") }).catch(String);
    return [seen, wait, new PromiseRejectionEvent("x", { promise: Promise.resolve(), reason: 4 }).reason]`);
  expect(JSON.parse(inSlot(code))).toEqual([["told", "floating"], "away", 4]);
});
