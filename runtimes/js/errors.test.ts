/** Errors as programs for V8 know them: stacks that begin with the message, and the ways in which packages use them. */
import { describe, expect, test } from "vitest";
import { inSlot, onOneLine, same } from "./same-as-node.fixture.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
/** The first line of a stack. */
const head = "const head = (error) => error.stack.split('\\n')[0];";

describe.each(
  Object.entries({
    "first lines of stacks": [
      `head(new Error("boom"))`,
      `head(new Error("two\\nlines"))`,
      `head(new (class Gone extends Error { name = "Gone" })("away"))`,
      `head(new (class Gone extends Error {})("away"))`,
      `head(new AggregateError([new Error("a")], "all"))`,
      `head(new DOMException("gone", "AbortError"))`,
      `(() => { try { null.x } catch (e) { return head(e).slice(0, 11) } })()`,
      `(() => { const e = new Error("a"); e.stack; e.message = "b"; return head(e) })()`,
      `(() => { const e = new Error("a"); e.stack = "mine"; return [e.stack, Object.keys(e)] })()`,
      `(() => { const e = new Error("a"); delete e.stack; return Object.keys(e) })()`,
      `Promise.reject(new RangeError("no")).catch((e) => head(e))`,
    ],
    "captureStackTrace and its kin": [
      `(() => { const o = { name: "Mine", message: "m" }; Error.captureStackTrace(o);
        return [head(o), Object.keys(o)] })()`,
      `(() => { class Http extends Error { constructor(m) { super(m); Error.captureStackTrace(this, Http);
        this.name = "Http" } }
        return head(new Http("404")) })()`,
      `(() => { const inner = () => { const o = {}; Error.captureStackTrace(o, outer); return o };
        const outer = () => inner(); const { stack } = outer();
        return [stack.includes("inner"), stack.includes("outer")] })()`,
      `(() => { const outer = () => { const o = {}; Error.captureStackTrace(o); return o.stack.includes("outer") };
        return outer() })()`,
      `Error.captureStackTrace(1)`,
      `[Error.stackTraceLimit, typeof Error.captureStackTrace, Error.captureStackTrace.length]`,
      `(() => { const f = (n) => n ? f(n - 1) : new Error("deep"); return f(30).stack.split("\\n").length })()`,
      `(() => { Error.stackTraceLimit = 3; const f = (n) => n ? f(n - 1) : new Error("deep"); const { stack } = f(30);
        Error.stackTraceLimit = 10; return stack.split("\\n").length })()`,
      `(() => { Error.stackTraceLimit = 0; const { stack } = new Error("short"); Error.stackTraceLimit = 10;
        return stack })()`,
      `(() => { const before = Error.prepareStackTrace; Error.prepareStackTrace = (error, sites) =>
        [error.message, sites[0]];
        const here = () => new Error("m").stack; const [message, site] = here(); Error.prepareStackTrace = before;
        return [message, site.getFunctionName(), typeof site.getLineNumber(), site.isNative()] })()`,
    ],
    "messages of JSON.parse": [
      "{oops",
      '{"a":1,}',
      '{"a":\n1,}',
      "<html>",
      "",
      "  ",
      "[1,2",
      '{"a":1',
      '{"a" 1}',
      "1 2",
      '"a\nc"',
      '"a\\xc"',
      "<!doctype html><html><head><title>Not found</title>",
      '{"a":[1,2,3,4,5,6,7,8,9,10,@nope,11,12,13]}',
      `[${"1,".repeat(20)}x]`,
    ].map(
      (text) => `(() => { try { JSON.parse(${JSON.stringify(text)}) } catch (e) { return [e.name, e.message] } })()`,
    ),
  }),
)("%s", (_, cases) => {
  test.each(cases.map((code) => [onOneLine(code), code]))("%s", (_, code) =>
    same(`(async () => { ${head} return ${code} })()`),
  );
});

test("a body that is no JSON says where", () => {
  const code = `new Response("[1,").json().catch((e) => [e.message, e.stack.includes("<input>")])`;
  expect(JSON.parse(inSlot(code))).toEqual(["Unexpected end of JSON input", false]);
});

test("a stack has the program's own frames, wherever it is printed", () => {
  slot.logs.length = 0;
  const source = `const make = () => new Error("boom");
    export default { async fetch(request, env, ctx) {
      console.error(make());
      console.error(make().stack);
      reportError(make());
      setTimeout(() => { throw make() });
      Promise.reject(make());
      ctx.waitUntil(Promise.reject(make()));
      await new Promise((resolve) => setTimeout(resolve, 1));
      return new Response("ok");
    } }`;
  expect(bodyText(slot.serve(source))).toBe("ok");
  expect(slot.logs).toHaveLength(6);
  for (const { text } of slot.logs) {
    expect(text).toMatch(/Error: boom\n {4}at make \(worker\.js:1:\d+\)\n {4}at .*worker\.js:\d+:\d+\)/);
    expect(text.split("\n").slice(1).join("\n")).not.toMatch(/at (?!.*worker\.js)/);
  }
});
