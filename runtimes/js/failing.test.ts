/** Every way of a program to fail, and what it takes along: nothing but itself. */
import { beforeEach, describe, expect, test } from "vitest";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();

beforeEach(() => {
  slot.logs.length = 0;
  slot.limits.cpuMs = Number.POSITIVE_INFINITY;
  slot.limits.memoryPages = 4_096;
});

describe("failing", () => {
  const failure = (source: string): string => {
    slot.restore(slot.load(source));
    const outcome = slot.start();
    if (outcome.tag !== "failed") throw new Error(`the outcome is ${outcome.tag}`);
    return outcome.val;
  };

  test("an error comes with its stack: file, line and column of the module", () => {
    const source = [
      `function inner() {`,
      `  throw new TypeError("broken");`,
      `}`,
      `export default { async fetch() {`,
      `  return inner();`,
      `} }`,
    ].join("\n");
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
      // Each look at the CPU time costs a millisecond.
      for (const looks of [1, 2, 3, 4, 18]) {
        slot.limits.cpuMs = looks;
        expect(failure(`export default async () => { ${loop} }`)).toBe("interrupted");
      }
    }
  });

  test("memory beyond the limit fails the request and nothing else", () => {
    slot.limits.memoryPages = 512;
    const text = failure(`export default () => { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)) }`);
    expect(text).toMatch(/out of memory/);
    const strings = failure(`export default () => { let s = "abc"; for (;;) s += s + Math.random() }`);
    expect(strings).toMatch(/out of memory|invalid string length|string too long/i);
    const objects = failure(`export default () => { const all = []; for (;;) all.push({ a: [1, 2, 3] }) }`);
    expect(objects).toMatch(/out of memory/);
    expect(bodyText(slot.serve(`export default () => new Response("well")`))).toBe("well");
  });

  test("code may catch that memory ran out, and answer", () => {
    slot.limits.memoryPages = 512;
    const source = `export default () => {
      try { new Uint8Array(100 << 20) } catch (error) { return new Response(error.message) }
    }`;
    expect(bodyText(slot.serve(source))).toMatch(/out of memory/i);
  });

  test("endless recursion is an error like another", () => {
    expect(failure(`const f = () => f() + 1; export default () => f()`)).toMatch(/stack overflow|call stack/i);
    const caught = `const f = () => f() + 1;
      export default () => { try { f() } catch (e) { return new Response(e.name) } }`;
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
    expect(refusal(`export default { fetch: 7, queue() {} }`)).toContain("The module has no handler");
    const asClass = refusal(`export default class Shop { fetch() {} }`);
    expect(asClass).toContain("default export is a class");
    expect(asClass).toContain("`export default new Shop()`");
    expect(refusal(`addEventListener("message", () => {})`)).toContain("The module has no handler");
    expect(refusal(`import x from "other"; export default () => x`)).toContain("could not load module");
  });

  test("a module in the form of a service worker is called by its listeners", () => {
    const source = `addEventListener("fetch", (event) => {
      event.waitUntil(Promise.resolve());
      event.respondWith((async () => new Response(event.type + " " + event.isTrusted + " " + event.request.url))());
    }); addEventListener("fetch", (event) => event.respondWith(new Response("second")))`;
    expect(bodyText(slot.serve(source))).toBe("fetch true http://tenant.localhost/");
    expect(() => slot.serve(`addEventListener("fetch", () => {})`)).toThrow("event.respondWith(response)");
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
    slot.limits.cpuMs = 21;
    expect(refusal(`for (;;) {} export default () => {}`)).toBe("interrupted");
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
    `Array.prototype.push = null; Array.prototype[Symbol.iterator] = null;
     Array.prototype.map = null; Array.prototype.join = null`,
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
    const outcome = slot.start({ headers: [["a", new TextEncoder().encode("b")]] });
    expect(["response", "failed"]).toContain(outcome.tag);
    if (outcome.tag === "response") expect(bodyText(outcome.val)).toBe("GET");
  }
  expect(bodyText(slot.serve(`export default () => new Response("well")`))).toBe("well");
});
