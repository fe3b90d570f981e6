/** Bodies and Blobs as streams: as in Node, also in the memory that they share and in the bodies that count as read. */
import { describe, expect, test } from "vitest";
import { inSlot, onOneLine, same } from "./same-as-node.fixture.ts";

/** A function of an expression: its value, or the name of its error. */
const attempt = `const attempt = async (get) => { try { return await get() } catch (error) { return error.name } };`;
const run = (statements: string) => `(async () => { ${attempt} ${statements} })()`;
const ofBytes = `new ReadableStream({ pull(c) { c.enqueue(new Uint8Array([65, 66])); c.close() } })`;

describe.each(
  Object.entries({
    "share no memory": [
      `const r = new Response(new Uint8Array([1, 2, 3])), c = r.clone();
        new Uint8Array(await c.arrayBuffer()).fill(42); return r.bytes()`,
      `const r = new Request("http://a/", { method: "POST", body: new ArrayBuffer(3) }), c = r.clone();
        (await r.bytes()).fill(42); return c.bytes()`,
      `const b = new Blob(["abc"]); new Uint8Array(await new Response(b).arrayBuffer()).fill(42); return b.text()`,
      `const b = new Blob(["abc"]); (await b.bytes()).fill(42); return b.text()`,
      `const b = new Blob(["abc"]); for await (const c of new Response(b).body) c.fill(42); return b.text()`,
      `const b = new Blob(["abc"]); for await (const c of b.stream()) c.fill(42); return b.text()`,
      `const b = new Blob(["abc"]); (await new Blob([b]).bytes()).fill(42); (await b.slice(0, 2).bytes()).fill(42);
        return b.text()`,
      `const b = new Blob(["abc"]), f = new FormData(); f.append("x", b); (await f.get("x").bytes()).fill(1);
        return b.text()`,
      `const [a, b] = new Response(new Uint8Array([1, 2, 3])).body.tee(); (await a.getReader().read()).value.fill(42);
        return (await b.getReader().read()).value`,
      `const r = new Response("abc"), c = r.clone(); (await c.body.getReader().read()).value[0] = 120;
        return (await r.body.getReader().read()).value`,
      `const r = new Response(${ofBytes}), c = r.clone(); (await c.bytes()).fill(9); return r.bytes()`,
      `const r = new Response(${ofBytes}), c = r.clone(); for await (const chunk of c.body) chunk.fill(9);
        return r.bytes()`,
      `const u = new Uint8Array([1, 2, 3]); const s = new ReadableStream({ start(c) { c.enqueue(u); c.close() } });
        (await new Response(s).bytes()).fill(9); return u`,
      `const u = new Uint8Array([1, 2, 3]), r = new Response(u), b = new Blob([u]); u.fill(9);
        return [await r.bytes(), await b.bytes()]`,
    ],
    "count as read": [
      `const r = new Response("abc"), d = r.body.getReader(); await d.read(); d.releaseLock();
        return [r.bodyUsed, await attempt(() => r.text())]`,
      `const r = new Response("abc"), d = r.body.getReader(); d.releaseLock(); return [r.bodyUsed, await r.text()]`,
      `const r = new Response("abc"); await r.body.cancel(); return [r.bodyUsed, await attempt(() => r.text())]`,
      `const r = new Response(${ofBytes}), d = r.body.getReader(); await d.read(); d.releaseLock();
        return [r.bodyUsed, await attempt(() => r.text())]`,
      `const r = new Response(${ofBytes}); await r.body.cancel(); return [r.bodyUsed, await attempt(() => r.bytes())]`,
      `const r = new Response(${ofBytes}); r.body.getReader(); return [r.bodyUsed, await attempt(() => r.blob())]`,
      `const r = new Response("abc"), s = r.body; await r.text();
        return [r.bodyUsed, s === r.body, s.locked, await attempt(() => s.getReader())]`,
      `const r = new Response("abc"); await r.text(); return [r.body.locked, await attempt(() => r.body.getReader())]`,
      `const r = new Response("abc"), p = r.body.pipeTo(new WritableStream()); return [r.bodyUsed, r.body.locked, await p]`,
      `const r = new Response("abc"); r.body.getReader(); return attempt(() => r.clone())`,
      `const r = new Response("abc"); await r.text(); return attempt(() => r.clone())`,
      `const r = new Response("abc"); await r.json().catch(() => {}); return r.bodyUsed`,
      `const s = new Response("abc").body, d = s.getReader(); await d.read(); d.releaseLock(); return new Response(s)`,
      `const s = ${ofBytes}, d = s.getReader(); await d.read(); d.releaseLock(); return new Response(s)`,
      `const s = new ReadableStream(); await s.cancel(); return new Response(s)`,
      `const s = new ReadableStream(); await s.cancel();
        return new Request("http://a/", { method: "POST", duplex: "half", body: s })`,
      `const r = new Request("http://a/", { method: "POST", body: "abc" }), q = new Request(r);
        return [r.bodyUsed, q.bodyUsed, await q.text(), await attempt(() => new Request(r))]`,
      `const r = new Request("http://a/", { method: "POST", body: "abc" }); await r.text();
        return new Request(r, { body: "def" }).text()`,
      `const r = new Response(""); return [r.body === null, r.bodyUsed, await r.text(), r.bodyUsed]`,
      `const r = new Response(null); return [r.body, await r.text(), r.bodyUsed, await r.text()]`,
      `const r = new Response("abc"), [a, b] = r.body.tee();
        return [r.bodyUsed, r.body.locked, await new Response(a).text(), await new Response(b).text(), r.bodyUsed]`,
      `const r = new Response("abc"), s = r.body, c = r.clone();
        return [s === r.body, s.locked, await r.text(), await c.text()]`,
      `const s = ${ofBytes}, r = new Response(s); return [r.body === s, r.body === r.body]`,
      `const s = new Response("abc").body, r = new Response(s); return [r.body === s, await r.text(), s.locked]`,
    ],
    "are byte streams": [
      ...[
        `new Response("abcdef").body`,
        `new Blob(["abcdef"]).stream()`,
        `new Response(new Blob(["abcdef"])).body`,
      ].map(
        (stream) => `const d = ${stream}.getReader({ mode: "byob" }); const all = [];
          for (;;) { const { done, value } = await d.read(new Uint8Array(4)); all.push([done, value]);
          if (done) return all }`,
      ),
      `const d = new Response("").body.getReader({ mode: "byob" }); const { done, value } = await d.read(new Uint8Array(4));
        return [done, value]`,
      `return new Response(new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array([1, 2])); c.close() } }))
        .bytes()`,
      `let n = 0; for await (const c of new Blob([new Uint8Array(200000)]).stream()) n += c.length; return n`,
    ],
    "of texts": [
      `return [await new Response("\\ufeffab").text(), await new Blob(["\\ufeffab"]).text(),
        await new Response("\\ud800").text()]`,
      `return new Response("\\ufeff[1]").json()`,
      `return new Response(new ReadableStream({ start(c) { c.enqueue("abc"); c.close() } })).text()`,
    ],
    "Blob's arguments": [
      ...[`"abc"`, `5`, `null`, `{}`].map((parts) => `return new Blob(${parts})`),
      `return [new Blob(undefined, null).size, new Blob([], undefined).size, await attempt(() => new Blob([], 5))]`,
      `return new Blob([1, null, undefined, {}, ["a", "b"]]).text()`,
      `return [await new Blob(["a\\r\\nb\\nc\\rd"], { endings: "native" }).text(),
        await attempt(() => new Blob([], { endings: 1 }))]`,
      `return [new Blob(["abc"]).slice(0, 1, "A/B").type, new Blob(["abc"]).slice(0, 1, null).type]`,
      `return Promise.all([[-3, -1], [2, NaN], [null, 2], [1]].map((range) =>
        new Blob(["abcdef"]).slice(...range).text()))`,
      `return new Blob(new Set(["a", "b"])).text()`,
      `return [await attempt(() => new File(["a"])), await attempt(() => new File("a", "x"))]`,
      `return [new File([], "x", { lastModified: new Date(5) }).lastModified,
        new File([], "x", { lastModified: NaN }).lastModified]`,
    ],
  }),
)("%s", (_, cases) => {
  test.each(cases.map((code) => [onOneLine(code), run(code)]))("%s", (_, code) => same(code));
});

test("a large Blob's stream has pieces", () => {
  const pieces = `(async () => { let n = 0; for await (const _ of new Blob([new Uint8Array(200000)]).stream()) n++;
    return n })()`;
  expect(inSlot(pieces)).toBe("4");
});
