import { beforeAll, describe, expect, test } from "vitest";
import { type BindingCall, type BindingReply, encodeReply } from "../../host/bindings/message.ts";
import { plinthError } from "../../host/errors.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

let slot: JavaScriptSlot;
beforeAll(async () => {
  slot = await JavaScriptSlot.make();
});

const granted = {
  vars: { GREETING: "hello", LIMITS: { most: 3 } },
  kv: { PAGES: { namespace: "tenant/pages", write: true } },
};
const bytes = (text: string) => new TextEncoder().encode(text);

/** A handler that answers with the expression's value as JSON. */
const answering = (expression: string) =>
  `export default { async fetch(request, env, ctx) { return Response.json(await (${expression})); } };`;

/** Runs a request whose calls are answered at once. */
function serve(expression: string, answer: (call: BindingCall) => BindingReply) {
  slot.grant(granted);
  slot.answer = answer;
  return JSON.parse(bodyText(slot.serve(answering(expression))));
}

describe("env", () => {
  test("holds the tenant's vars and namespaces, fresh for each request", () => {
    const program = "[env.GREETING, env.LIMITS.most++, env.PAGES instanceof KVNamespace, Object.keys(env)]";
    slot.restore(slot.load(answering(program)));
    slot.grant(granted);
    for (let i = 0; i < 2; i++) {
      expect(JSON.parse(bodyText(slot.run()))).toEqual(["hello", 3, true, ["GREETING", "LIMITS", "PAGES"]]);
    }
    slot.grant({});
    expect(() => slot.run()).toThrow("most");
  });
});

describe("a KV namespace", () => {
  test("reads text, JSON, bytes and a stream without waiting", () => {
    const calls: BindingCall[] = [];
    const value = serve(
      `Promise.all([env.PAGES.get("a"), env.PAGES.get("a", "json"), env.PAGES.get("a", { type: "arrayBuffer" })
        .then((buffer) => buffer.byteLength), env.PAGES.get("a", "stream").then((stream) => new Response(stream).text())])`,
      (call) => {
        calls.push(call);
        return { value: { metadata: null, revision: 4 }, body: bytes('["ä"]') };
      },
    );
    expect(value).toEqual(['["ä"]', ["ä"], 6, '["ä"]']);
    expect(calls[0]).toMatchObject({ binding: "kv", method: "get", arguments: { name: "PAGES", key: "a" } });
  });

  test("says what is not there, and what it knows beside a value", () => {
    const answer = (call: BindingCall) =>
      call.arguments.key === "none"
        ? { value: null }
        : { value: { metadata: { by: "me" }, revision: 9 }, body: bytes("x") };
    const program = `Promise.all([
      env.PAGES.get("none"), env.PAGES.getWithMetadata("none"), env.PAGES.getWithMetadata("one"),
    ])`;
    expect(serve(program, answer)).toEqual([
      null,
      { value: null, metadata: null, revision: null, cacheStatus: null },
      { value: "x", metadata: { by: "me" }, revision: 9, cacheStatus: null },
    ]);
  });

  test("reads several keys at once", () => {
    const answer = () => ({
      value: [
        { key: "a", metadata: 1, revision: 1, size: 3 },
        null,
        { key: "c", metadata: null, revision: 2, size: 2 },
      ],
      body: bytes("oneon"),
    });
    expect(serve(`env.PAGES.get(["a", "b", "c"]).then((found) => [...found])`, answer)).toEqual([
      ["a", "one"],
      ["b", null],
      ["c", "on"],
    ]);
  });

  test("passes on what a put is given, in bytes", () => {
    const calls: BindingCall[] = [];
    const program = `(async () => [
      await env.PAGES.put("k", "text \\0 ä", { expirationTtl: 60, metadata: { a: 1 }, ifRevision: 0 }),
      await env.PAGES.put("k", new Uint8Array([1, 2, 3]).subarray(1)),
      await env.PAGES.put("k", new Response("streamed").body),
      await env.PAGES.put("k", 7).catch((error) => error.name),
      await env.PAGES.delete("k") ?? null])()`;
    const value = serve(program, (call) => {
      calls.push({ ...call, body: call.body.slice() });
      return { value: call.method === "put" ? { revision: calls.length } : {} };
    });
    expect(value).toEqual([{ revision: 1 }, { revision: 2 }, { revision: 3 }, "TypeError", null]);
    expect(calls.map(({ method, body }) => [method, Buffer.from(body).toString()])).toEqual([
      ["put", "text \0 ä"],
      ["put", "\x02\x03"],
      ["put", "streamed"],
      ["delete", ""],
    ]);
    expect(calls[0]!.arguments).toEqual({
      name: "PAGES",
      key: "k",
      expirationTtl: 60,
      metadata: { a: 1 },
      ifRevision: 0,
    });
  });

  test("fails with the host's code and sentence", () => {
    const answer = () => {
      throw plinthError("PLINTH_BINDING_UNKNOWN", ["kv", "get"]);
    };
    const program = `env.PAGES.get("a").catch((error) => [error instanceof Error, error.code, error.message])`;
    expect(serve(program, answer)).toEqual([true, "PLINTH_BINDING_UNKNOWN", expect.stringContaining("binding kv")]);
  });
});

describe("calls that wait", () => {
  test("suspend the request until each has its reply, in whatever order", () => {
    slot.grant(granted);
    slot.answer = () => null;
    slot.restore(slot.load(answering(`Promise.all(["a", "b"].map((key) => env.PAGES.get(key)))`)));
    const image = slot.start();
    expect(image.tag).toBe("pending");
    const [first, second] = [...slot.calls.keys()];
    const found = { metadata: null, revision: 1 };
    expect(slot.resume([{ operation: second!, value: encodeReply({ value: found, body: bytes("B") }) }]).tag).toBe(
      "pending",
    );
    const outcome = slot.resume([{ operation: first!, value: encodeReply({ value: found, body: bytes("A") }) }]);
    if (outcome.tag !== "response") throw new Error(outcome.tag);
    expect(bodyText(outcome.val)).toBe('["A","B"]');
  });

  test("go on side by side with timers and with what waitUntil was given", () => {
    slot.answer = () => null;
    slot.restore(
      slot.load(`export default { fetch(request, env, ctx) {
        ctx.waitUntil(env.PAGES.put("seen", "yes").then(() => new Promise((resolve) => setTimeout(resolve, 5))));
        return new Response("at once");
      } };`),
    );
    expect(slot.start().tag).toBe("early-response");
    const [operation] = [...slot.calls.keys()];
    const reply = encodeReply({ value: { revision: 1 } });
    expect(slot.resume([{ operation: operation!, value: reply }]).tag).toBe("pending");
    slot.clocks.skip(10_000_000n);
    expect(slot.resume([...slot.timers.keys()]).tag).toBe("done");
  });

  test("cannot be begun while the module loads", () => {
    expect(() => slot.load("await new KVNamespace('x'); export default () => new Response()")).toThrow(
      "Illegal constructor",
    );
    expect(() => slot.load("await fetch('http://example.org/'); export default () => new Response()")).toThrow(/fetch/);
  });
});

describe("scheduled", () => {
  const run = (source: string) => {
    slot.grant({});
    slot.restore(slot.load(source));
    return slot.finish(slot.startScheduled("0 * * * *", 1_700_000_000_000));
  };

  test("is called with its cron expression and time, and has ended when its promise has", () => {
    const source = `export default { async scheduled(controller, env, ctx) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(controller.type, controller.cron, controller.scheduledTime);
    } };`;
    slot.logs.length = 0;
    expect(run(source).status).toBe(204);
    expect(slot.logs.map(({ text }) => text)).toEqual(["scheduled 0 * * * * 1700000000000"]);
  });

  test("fails where there is none, and a request fails where there is nothing else", () => {
    expect(() => run("export default () => new Response()")).toThrow("no scheduled()");
    slot.restore(slot.load("export default { scheduled() {} }"));
    expect(() => slot.run()).toThrow("no fetch()");
  });
});
