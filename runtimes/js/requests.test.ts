/** A request's way through the runtime: in, waiting and out. */
import { beforeEach, describe, expect, test } from "vitest";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
const headersOf = (headers: [string, Uint8Array][]) =>
  headers.map(([name, value]) => `${name}: ${Buffer.from(value).toString("latin1")}`);
const bytes = (text: string) => new TextEncoder().encode(text);

beforeEach(() => {
  slot.logs.length = 0;
});

describe("request and response", () => {
  test("a handler answers", () => {
    const response = slot.serve(`export default { fetch: () => new Response("hello") }`);
    expect(response.status).toBe(200);
    expect(bodyText(response)).toBe("hello");
    expect(headersOf(response.headers)).toEqual(["content-type: text/plain;charset=UTF-8"]);
  });

  test("a function may be the default export, and may be async", () => {
    const response = slot.serve(`export default async (request) => new Response(request.method + " " + request.url)`, {
      method: "PUT",
      uri: "http://shop.localhost:8080/cart?id=7",
    });
    expect(bodyText(response)).toBe("PUT http://shop.localhost:8080/cart?id=7");
  });

  test("the handler object is `this`", () => {
    const source = `export default { greeting: "hi", fetch() { return new Response(this.greeting) } }`;
    expect(bodyText(slot.serve(source))).toBe("hi");
  });

  test("headers come in and go out, repeated and as bytes", () => {
    const source = `export default { fetch(request) {
      const headers = new Headers({ "X-Seen": request.headers.get("x-many"), "x-latin": request.headers.get("x-latin") });
      headers.append("Set-Cookie", "a=1"); headers.append("set-cookie", "b=2");
      return new Response(JSON.stringify([...request.headers]), { headers });
    } }`;
    const response = slot.serve(source, {
      headers: [
        ["Host", bytes("tenant.localhost")],
        ["X-Many", bytes("one")],
        ["x-many", bytes("two")],
        ["X-Latin", Buffer.from("caf\u00e9\u00ff", "latin1")],
        ["X-Empty", new Uint8Array(0)],
      ],
    });
    expect(headersOf(response.headers)).toEqual([
      "x-seen: one, two",
      "x-latin: caf\u00e9\u00ff",
      "set-cookie: a=1",
      "set-cookie: b=2",
      "content-type: text/plain;charset=UTF-8",
    ]);
    expect(JSON.parse(bodyText(response))).toEqual([
      ["host", "tenant.localhost"],
      ["x-empty", ""],
      ["x-latin", "caf\u00e9\u00ff"],
      ["x-many", "one, two"],
    ]);
  });

  test("binary bodies come in and go out whole", () => {
    const body = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) & 255);
    const source = `export default { async fetch(request) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      return new Response(bytes.map((byte) => byte ^ 255).subarray(1));
    } }`;
    const response = slot.serve(source, { method: "POST", body });
    expect(Buffer.from(response.body)).toEqual(Buffer.from(body.map((byte) => byte ^ 255).subarray(1)));
    expect(response.headers).toEqual([]);
  });

  test.each(["", "plain", "zero \0 in \0\0 the middle\0", "caf\u00e9 \u{1F600} \u20ac", "\uFEFFmark"])(
    "text %j survives the way through",
    (text) => {
      const source = `export default { async fetch(request) { return new Response(await request.text()) } }`;
      expect(bodyText(slot.serve(source, { method: "POST", body: bytes(text) }))).toBe(text.replace(/^\uFEFF/, ""));
    },
  );

  test("lone surrogates and ill-formed UTF-8 become U+FFFD", () => {
    const source = `export default { async fetch(request) { return new Response("\\ud800<" + await request.text()) } }`;
    const body = Uint8Array.from([0xff, 0x41, 0xe2, 0x82, 0x41, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x98]);
    const expected = `\uFFFD<${new TextDecoder().decode(body)}`;
    expect(bodyText(slot.serve(source, { method: "POST", body }))).toBe(expected);
  });

  test("JSON, redirects, and a response without a body", () => {
    const source = `export default { async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/json") return Response.json({ got: await request.json() }, { status: 201 });
      if (pathname === "/redirect") return Response.redirect("http://a.example/b", 301);
      return new Response(null, { status: 204 });
    } }`;
    const json = slot.serve(source, { method: "POST", uri: "http://t/json", body: bytes(`{"a":[1,"\u00e9"]}`) });
    expect([json.status, bodyText(json)]).toEqual([201, `{"got":{"a":[1,"\u00e9"]}}`]);
    expect(headersOf(json.headers)).toEqual(["content-type: application/json"]);
    const redirect = slot.serve(source, { uri: "http://t/redirect" });
    expect([redirect.status, headersOf(redirect.headers)]).toEqual([301, ["location: http://a.example/b"]]);
    expect(slot.serve(source, { uri: "http://t/none" })).toEqual({ status: 204, headers: [], body: new Uint8Array(0) });
  });

  test("streams as bodies, both ways", () => {
    const source = `export default { async fetch(request) {
      let size = 0;
      for await (const chunk of request.body) size += chunk.length;
      const stream = new ReadableStream({ start(controller) {
        controller.enqueue(new TextEncoder().encode("size "));
        setTimeout(() => { controller.enqueue(new TextEncoder().encode(String(size))); controller.close() }, 50);
      } });
      return new Response(stream);
    } }`;
    expect(bodyText(slot.serve(source, { method: "POST", body: bytes("12345") }))).toBe("size 5");
  });

  test("a response can be wrapped in another, and cloned", () => {
    const source = `export default { async fetch() {
      const inner = new Response("body", { status: 202, headers: { a: "1" } });
      const copy = inner.clone();
      const outer = new Response(inner.body, inner);
      outer.headers.set("b", await copy.text());
      return outer;
    } }`;
    const response = slot.serve(source);
    expect([response.status, bodyText(response)]).toEqual([202, "body"]);
    expect(headersOf(response.headers)).toContain("b: body");
  });
});

describe("waiting", () => {
  test("a timer ends the step, and a resume goes on", () => {
    const source = `export default { async fetch() {
      const started = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 250));
      return new Response(String(Date.now() - started));
    } }`;
    slot.restore(slot.load(source));
    expect(slot.start()).toEqual({ tag: "pending" });
    expect([...slot.timers.values()]).toEqual([slot.nowMs + 250]);
    // The memory can be put aside, and the slot used for others meanwhile.
    const context = slot.capture();
    const operations = [...slot.timers.keys()];
    expect(bodyText(slot.serve(`export default () => new Response("other")`))).toBe("other");
    slot.restore(context);
    slot.clocks.skip(250_000_000n);
    const outcome = slot.resume(operations);
    expect(outcome.tag === "response" && bodyText(outcome.val)).toBe("250");
  });

  test("timers that are due run within the step, in order; the host hears of the earliest only", () => {
    const source = `export default { async fetch() {
      const seen = [];
      const wait = (ms) => new Promise((resolve) => setTimeout(() => { seen.push(ms); resolve() }, ms));
      clearTimeout(setTimeout(() => seen.push("never"), 1));
      const interval = setInterval(() => { if (seen.push("tick") > 8) clearInterval(interval) }, 40);
      await Promise.all([wait(100), wait(0), wait(50), wait(50)]);
      clearInterval(interval);
      return Response.json(seen);
    } }`;
    expect(JSON.parse(bodyText(slot.serve(source)))).toEqual([0, "tick", 50, 50, "tick", 100]);
  });

  test("waitUntil goes on after an early response", () => {
    const source = `export default { async fetch(request, env, ctx) {
      ctx.waitUntil(new Promise((resolve) => setTimeout(resolve, 10)).then(() => console.log("later")));
      return new Response("now");
    } }`;
    slot.restore(slot.load(source));
    const outcome = slot.start();
    expect(outcome.tag === "early-response" && bodyText(outcome.val)).toBe("now");
    slot.clocks.skip(10_000_000n);
    expect(slot.resume([...slot.timers.keys()])).toEqual({ tag: "done" });
    expect(slot.logs).toEqual([{ level: "info", text: "later" }]);
  });

  test("a rejected waitUntil promise is logged", () => {
    slot.serve(
      `export default (r, e, ctx) => { ctx.waitUntil(Promise.reject(new Error("lost"))); return new Response("") }`,
    );
    expect(slot.logs[0]!.level).toBe("error");
    expect(slot.logs[0]!.text).toContain("Error: lost");
  });

  test("a promise that can never settle fails at once", () => {
    slot.restore(slot.load(`export default () => new Promise(() => {})`));
    const outcome = slot.start();
    expect(outcome.tag === "stuck" && outcome.val).toMatch(/^The handler's promise can never settle/);
  });
});

describe("fresh randomness", () => {
  test("1,000 requests from one image give distinct UUIDs and numbers, whatever was drawn while loading", () => {
    const source = `crypto.randomUUID(); Math.random(); const atLoad = Math.random();
      export default () => Response.json([
        crypto.randomUUID(), Math.random(), Math.random(), crypto.getRandomValues(new Uint32Array(1))[0], atLoad,
      ])`;
    const image = slot.load(source);
    const seen = [new Set(), new Set(), new Set(), new Set(), new Set()];
    for (let i = 0; i < 1000; i++) {
      slot.restore(image);
      (JSON.parse(bodyText(slot.run())) as unknown[]).forEach((value, k) => void seen[k]!.add(value));
    }
    expect(seen.map((set) => set.size)).toEqual([1000, 1000, 1000, expect.closeTo(1000, -1), 1]);
  });

  test.each(["crypto.randomUUID()", "Math.random()", "crypto.getRandomValues(new Uint8Array(4)).join()"])(
    "%s at the top level is warned once, with its place; in a handler it is not",
    (draw) => {
      slot.serve(`const id = ${draw}; ${draw};\nexport default () => new Response(String(id))`);
      const line = expect.stringMatching(/^random numbers .*same in every request.*worker\.js:1/s);
      expect(slot.logs).toEqual([{ level: "warn", text: line }]);
      slot.logs.length = 0;
      slot.serve(`export default () => new Response(String(${draw}))`);
      expect(slot.logs).toEqual([]);
    },
  );
});

test("the natives cannot be named", () => {
  const source = `export default () => Response.json(["$complete", "$random", "$install"].map((name) => {
    try { return typeof eval(name) } catch { return "none" }
  }).concat(
    Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith("$"))))`;
  expect(JSON.parse(bodyText(slot.serve(source)))).toEqual(["none", "none", "none"]);
});
