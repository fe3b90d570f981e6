/** A request's way through the runtime: in, waiting, out, and every way to fail. */
import { beforeEach, describe, expect, test } from "vitest";
import { bodyText, Slot } from "./harness.ts";

const slot = await Slot.make();
const headersOf = (headers: [string, Uint8Array][]) =>
  headers.map(([name, value]) => `${name}: ${Buffer.from(value).toString("latin1")}`);
const bytes = (text: string) => new TextEncoder().encode(text);

beforeEach(() => {
  slot.logs.length = 0;
  slot.patience = Number.POSITIVE_INFINITY;
  slot.pageLimit = 32_768;
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
    expect([...slot.timers.values()]).toEqual([250]);
    // The memory can be put aside, and the slot used for others meanwhile.
    const context = slot.capture();
    const operations = [...slot.timers.keys()];
    expect(bodyText(slot.serve(`export default () => new Response("other")`))).toBe("other");
    slot.restore(context);
    slot.clock += 250;
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
    slot.clock += 10;
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

describe("failing", () => {
  const failure = (source: string): string => {
    slot.restore(slot.load(source));
    const outcome = slot.start();
    if (outcome.tag !== "failed") throw new Error(`the outcome is ${outcome.tag}`);
    return outcome.val;
  };

  test("an error comes with its stack: file, line and column of the module", () => {
    const source = `function inner() {\n  throw new TypeError("broken");\n}\nexport default { async fetch() {\n  return inner();\n} }`;
    expect(failure(source)).toMatch(
      /^TypeError: broken\n\s+at inner \(worker\.js:2:\d+\)\n\s+at fetch \(worker\.js:5:\d+\)$/,
    );
  });

  test("causes are told, and thrown values that are no errors", () => {
    expect(failure(`export default () => { throw new Error("outer", { cause: new RangeError("inner") }) }`)).toMatch(
      /^Error: outer[\s\S]*\[cause\]: RangeError: inner/,
    );
    expect(failure(`export default async () => { throw "text" }`)).toBe("Uncaught 'text'");
    expect(failure(`export default async () => { throw { code: 7 } }`)).toContain("{ code: 7 }");
  });

  test("what is no Response, or a used one, fails", () => {
    expect(failure(`export default () => "text"`)).toContain("The handler returned string, not a Response");
    expect(failure(`export default () => undefined`)).toContain("not a Response");
    expect(failure(`export default async () => { const r = new Response("x"); await r.text(); return r }`)).toContain(
      "The body has already been used",
    );
  });

  test("an endless loop is interrupted, and cannot catch it", () => {
    for (const loop of [
      "for (;;) {}",
      "for (;;) { try { for (;;) {} } catch {} finally { continue } }",
      "for (;;) await null",
      "const again = () => Promise.resolve().then(again); await again()",
      "const tick = () => setTimeout(tick, 0); tick(); await new Promise(() => {})",
    ]) {
      for (const patience of [0, 1, 2, 3, 17]) {
        slot.patience = patience;
        expect(failure(`export default async () => { ${loop} }`)).toBe("interrupted");
      }
    }
  });

  test("memory beyond the limit fails the request and nothing else", () => {
    slot.pageLimit = 512;
    const text = failure(`export default () => { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)) }`);
    expect(text).toMatch(/out of memory/);
    const strings = failure(`export default () => { let s = "abc"; for (;;) s += s + Math.random() }`);
    expect(strings).toMatch(/out of memory|invalid string length|string too long/i);
    const objects = failure(`export default () => { const all = []; for (;;) all.push({ a: [1, 2, 3] }) }`);
    expect(objects).toMatch(/out of memory/);
    expect(bodyText(slot.serve(`export default () => new Response("well")`))).toBe("well");
  });

  test("code may catch that memory ran out, and answer", () => {
    slot.pageLimit = 512;
    const source = `export default () => { try { new Uint8Array(100 << 20) } catch (error) { return new Response(error.message) } }`;
    expect(bodyText(slot.serve(source))).toMatch(/out of memory/i);
  });

  test("endless recursion is an error like another", () => {
    expect(failure(`const f = () => f() + 1; export default () => f()`)).toMatch(/stack overflow|call stack/i);
    const caught = `const f = () => f() + 1; export default () => { try { f() } catch (e) { return new Response(e.name) } }`;
    expect(bodyText(slot.serve(caught))).toMatch(/InternalError|RangeError/);
  });
});

describe("loading", () => {
  const refusal = (source: string): string => {
    try {
      slot.load(source);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("the module was loaded");
  };

  test("errors of the module name its line", () => {
    expect(refusal(`const x = ;`)).toMatch(/^SyntaxError: .*\n\s+at worker\.js:1:\d+/);
    expect(refusal(`\nnull.x; export default () => {}`)).toMatch(/^TypeError: .*\n[\s\S]*worker\.js:2:\d+/);
  });

  test("a module needs a handler, and has no other modules", () => {
    expect(refusal(`export const x = 1`)).toContain("The module has no handler");
    expect(refusal(`export default 7`)).toContain("The module has no handler");
    expect(refusal(`import x from "other"; export default () => x`)).toContain("could not load module");
  });

  test("top-level await works for what can settle", () => {
    expect(bodyText(slot.serve(`const x = await Promise.resolve("ok"); export default () => new Response(x)`))).toBe(
      "ok",
    );
    expect(refusal(`await new Promise(() => {}); export default () => {}`)).toContain(
      "top-level await can never settle",
    );
    expect(refusal(`await Promise.reject(new Error("no")); export default () => {}`)).toContain("Error: no");
  });

  test("timers cannot be started while a module loads", () => {
    expect(refusal(`setTimeout(() => {}, 1); export default () => {}`)).toContain("start timers in the handler");
  });

  test("an endless loop while loading is interrupted", () => {
    slot.patience = 20;
    expect(refusal(`for (;;) {} export default () => {}`)).toBe("interrupted");
  });
});

describe("fresh randomness", () => {
  test("1,000 requests from one image give distinct UUIDs and numbers, whatever was drawn while loading", () => {
    const source = `crypto.randomUUID(); Math.random(); const atLoad = Math.random();
      export default () => Response.json([crypto.randomUUID(), Math.random(), Math.random(), crypto.getRandomValues(new Uint32Array(1))[0], atLoad])`;
    const image = slot.load(source);
    const seen = [new Set(), new Set(), new Set(), new Set(), new Set()];
    for (let i = 0; i < 1000; i++) {
      slot.restore(image);
      (JSON.parse(bodyText(slot.run())) as unknown[]).forEach((value, k) => void seen[k]!.add(value));
    }
    expect(seen.map((set) => set.size)).toEqual([1000, 1000, 1000, expect.closeTo(1000, -1), 1]);
  });
});

test("rejections that nobody handles are logged, others are not", () => {
  const source = `const fails = async (what) => { throw new Error(what) };
    export default async () => {
      fails("floating");
      Promise.reject("text");
      await fails("caught").catch(() => {});
      try { await fails("tried") } catch {}
      const later = fails("handled before the jobs end"); await null; later.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 1));
      return new Response("ok");
    }`;
  expect(bodyText(slot.serve(source))).toBe("ok");
  expect(slot.logs.map(({ level, text }) => `${level}: ${text.split("\n")[0]}`)).toEqual([
    "error: Unhandled promise rejection: Error: floating",
    "error: Unhandled promise rejection: Uncaught 'text'",
  ]);
});

test("a tenant that breaks its own globals breaks itself only", () => {
  for (const patch of [
    "Array.prototype.push = null; Array.prototype[Symbol.iterator] = null; Array.prototype.map = null; Array.prototype.join = null",
    "String.prototype.split = String.prototype.includes = String.prototype.trim = String.prototype.toLowerCase = null",
    "Object.defineProperty(Object.prototype, 'get', { get() { throw 1 } }); Object.prototype.then = 7",
    "Promise.prototype.then = () => { throw 1 }; Promise.resolve = null; globalThis.Promise = null",
    "RegExp.prototype.exec = RegExp.prototype.test = null; Reflect.apply = null; JSON.parse = JSON.stringify = null",
    "for (const name of Object.getOwnPropertyNames(globalThis)) { try { delete globalThis[name] } catch {} }",
  ]) {
    slot.restore(
      slot.load(
        `const R = Response; ${patch}; export default async (r) => { r.headers.get("a"); return new R(r.method) }`,
      ),
    );
    const outcome = slot.start({ headers: [["a", bytes("b")]] });
    expect(["response", "failed"]).toContain(outcome.tag);
    if (outcome.tag === "response") expect(bodyText(outcome.val)).toBe("GET");
  }
  expect(bodyText(slot.serve(`export default () => new Response("well")`))).toBe("well");
});

test("the natives cannot be named", () => {
  const source = `export default () => Response.json(["$complete", "$random", "$install"].map((name) => { try { return typeof eval(name) } catch { return "none" } }).concat(
    Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith("$"))))`;
  expect(JSON.parse(bodyText(slot.serve(source)))).toEqual(["none", "none", "none"]);
});
