import { beforeAll, describe, expect, test } from "vitest";
import { type BindingCall, type BindingReply, encodeReply } from "../../host/bindings/message.ts";
import { plinthError } from "../../host/errors.ts";
import type { JsonValue } from "../../host/store/store.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

let slot: JavaScriptSlot;
beforeAll(async () => {
  slot = await JavaScriptSlot.make();
});

const bytes = (text: string) => new TextEncoder().encode(text);

/** A handler that answers with the expression's value as JSON. */
const answering = (expression: string) =>
  `export default { async fetch(request, env, ctx) { return Response.json(await (${expression})); } };`;

const head = { status: 200, statusText: "OK", headers: [], url: "http://origin.example/", redirected: false };
const reply = (more: Record<string, JsonValue> = {}, body = new Uint8Array(0)): BindingReply => ({
  value: { ...head, ...more },
  body,
});

/** Runs a request whose fetches are answered at once. @returns its JSON, and the calls */
function serve(expression: string, answer: (call: BindingCall) => BindingReply = () => reply()) {
  const calls: BindingCall[] = [];
  slot.answer = (call) => {
    calls.push(call);
    return answer(call);
  };
  return { json: JSON.parse(bodyText(slot.serve(answering(expression)))), calls };
}

/** Loads a handler and begins a request, whose fetches wait. */
function begin(expression: string) {
  slot.answer = () => null;
  slot.restore(slot.load(answering(expression)));
  return slot.start();
}

describe("the call", () => {
  test("has method, URL, headers and body as the program gave them", () => {
    const { calls } = serve(
      `fetch("http://origin.example/a?b#c", { method: "post", headers: [["X-One", "1"], ["x-one", "2"]],
        body: new Uint8Array([0, 255]), redirect: "manual" }).then((response) => response.status)`,
    );
    expect(calls).toEqual([
      {
        binding: "fetch",
        method: "fetch",
        arguments: {
          method: "POST",
          url: "http://origin.example/a?b#c",
          headers: [
            ["x-one", "1"],
            ["x-one", "2"],
          ],
          redirect: "manual",
        },
        body: new Uint8Array([0, 255]),
      },
    ]);
  });

  test.each([
    [`"text"`, "text", "text/plain;charset=UTF-8"],
    [`new URLSearchParams({ a: "ü" })`, "a=%C3%BC", "application/x-www-form-urlencoded;charset=UTF-8"],
    [`new Blob(["blob"], { type: "text/x" })`, "blob", "text/x"],
    [
      `new ReadableStream({ async start(c) {
        for (const part of ["a", "b"]) { await null; c.enqueue(new TextEncoder().encode(part)); }
        c.close();
      } })`,
      "ab",
      undefined,
    ],
  ])("takes the body %s", (body, text, type) => {
    const { calls } = serve(`fetch("http://o.example/", { method: "PUT", body: ${body} }).then(() => 1)`);
    expect(new TextDecoder().decode(calls[0]?.body)).toBe(text);
    const headers = new Map(calls[0]?.arguments.headers as [string, string][]);
    expect(headers.get("content-type")).toBe(type);
  });

  test("passes the visitor's request on, which is used up by it", () => {
    slot.answer = (call) => {
      expect(call.arguments).toMatchObject({ method: "POST", url: "http://other.example/", headers: [["x-a", "1"]] });
      return reply({}, call.body as Uint8Array<ArrayBuffer>);
    };
    const source = `export default { async fetch(request) {
      const response = await fetch(new Request("http://other.example/", request));
      return new Response([await response.text(), request.bodyUsed].join());
    } };`;
    const response = slot.serve(source, { method: "POST", headers: [["x-a", bytes("1")]], body: bytes("hi") });
    expect(bodyText(response)).toBe("hi,true");
  });
});

describe("the response", () => {
  test("tells status, headers, URL and whether it was redirected", () => {
    const { json } = serve(
      `fetch("http://o.example/").then(async (r) => [r.status, r.statusText, r.ok, r.url, r.redirected, r.type,
        r.headers.get("x-a"), r.headers.getSetCookie(), await r.json(), r.bodyUsed, r instanceof Response])`,
      () =>
        reply(
          {
            status: 404,
            statusText: "Not Found",
            headers: [
              ["set-cookie", "a=1"],
              ["set-cookie", "b=2"],
              ["x-a", "1, 2"],
            ],
            url: "http://o.example/last",
            redirected: true,
          },
          bytes(`{"ok":[1]}`),
        ),
    );
    const expected = [404, "Not Found", false, "http://o.example/last", true, "basic", "1, 2", ["a=1", "b=2"]];
    expect(json).toEqual([...expected, { ok: [1] }, true, true]);
  });

  test("has its bytes as they came, as a whole or as a stream, and its clone the same", () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { json } = serve(
      `fetch("http://o.example/").then(async (r) => {
        const copy = r.clone();
        const parts = [];
        for await (const part of r.body) parts.push(...part);
        return [parts, [...await copy.bytes()], copy.url, copy.redirected];
      })`,
      () => reply({ redirected: true }, all),
    );
    expect(json).toEqual([[...all], [...all], "http://origin.example/", true]);
  });

  test("can be passed on as it is", () => {
    slot.answer = () => reply({ status: 201, headers: [["x-a", "1"]] }, bytes("made"));
    const response = slot.serve(`export default { fetch: () => fetch("http://o.example/") };`);
    expect(response).toMatchObject({ status: 201, headers: [["x-a", bytes("1")]], body: bytes("made") });
  });

  test.each([204, 205, 304])("of status %i has no body", (status) => {
    expect(serve(`fetch("http://o.example/").then((r) => r.body)`, () => reply({ status })).json).toBeNull();
  });
});

describe("a failure", () => {
  const caught = (expression: string) =>
    `${expression}.then(() => "no error", (e) => [e.name, e.code, e.message, e instanceof TypeError, e.cause?.code])`;

  test("of the host is a TypeError with the host's code", () => {
    const { json } = serve(caught(`fetch("http://o.example/")`), () => {
      throw plinthError("PLINTH_FETCH_DENIED", ["o.example", "o.example"]);
    });
    const message = expect.stringContaining('Add "o.example" to fetch.allow');
    expect(json).toEqual(["TypeError", "PLINTH_FETCH_DENIED", message, true, "PLINTH_FETCH_DENIED"]);
  });

  test.each([
    `fetch("/relative")`,
    `fetch("http://o.example/", { body: "x" })`,
    `fetch("http://o.example/", { headers: { "a b": 1 } })`,
  ])("of the arguments is a TypeError and no call: %s", (expression) => {
    const { json, calls } = serve(caught(expression));
    expect(json[0]).toBe("TypeError");
    expect(calls).toEqual([]);
  });

  test("while the module loads says where to fetch", () => {
    const source = `await fetch("http://o.example/"); export default () => new Response()`;
    expect(() => slot.load(source)).toThrow(/TypeError: fetch cannot be called while the module loads/);
  });
});

describe("giving up", () => {
  test("before the call makes none", () => {
    const { json, calls } = serve(
      `fetch("http://o.example/", { signal: AbortSignal.abort("why") }).catch((reason) => reason)`,
    );
    expect({ json, calls }).toEqual({ json: "why", calls: [] });
  });

  test("after a time ends the host's operation", () => {
    const program = `fetch("http://o.example/", { signal: AbortSignal.timeout(50) })
      .catch((e) => [e.name, e instanceof DOMException])`;
    expect(begin(program).tag).toBe("pending");
    expect(slot.calls.size).toBe(1);
    const [timer] = slot.timers.keys();
    slot.clocks.skip(50_000_000n);
    const outcome = slot.resume([timer!]);
    if (outcome.tag !== "response") throw new Error(outcome.tag);
    expect(JSON.parse(bodyText(outcome.val))).toEqual(["TimeoutError", true]);
    expect(slot.calls.size).toBe(0);
  });

  test("one of several leaves the others", () => {
    const program = `(async () => {
      const controller = new AbortController();
      const slow = fetch("http://slow.example/", { signal: controller.signal }).catch((e) => e.name);
      const quick = await fetch("http://quick.example/");
      controller.abort();
      return [await slow, quick.status];
    })()`;
    begin(program);
    const quick = [...slot.calls.keys()].find((call) => String(slot.calls.get(call)?.arguments.url).includes("quick"))!;
    const outcome = slot.resume([{ operation: quick, value: encodeReply(reply({ status: 203 })) }]);
    if (outcome.tag !== "response") throw new Error(outcome.tag);
    expect(JSON.parse(bodyText(outcome.val))).toEqual(["AbortError", 203]);
    expect(slot.calls.size).toBe(0);
  });
});
