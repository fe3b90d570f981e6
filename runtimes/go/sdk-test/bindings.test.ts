import { beforeAll, describe, expect, test } from "vitest";
import { type BindingReply, encodeError, encodeReply } from "../../../host/bindings/message.ts";
import { plinthError } from "../../../host/errors.ts";
import { bodyText } from "../../../host/worker/slot.fixture.ts";
import { buildProgram, findGo, testdata } from "./program.ts";
import { SdkSlot } from "./slot.fixture.ts";

const goroot = await findGo();
const name = goroot ? "Go SDK: bindings" : "Go SDK: bindings (skipped: no Go 1.25 to 1.27 on PATH)";
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe.skipIf(!goroot)(name, () => {
  let slot: SdkSlot;

  beforeAll(async () => {
    const program = await buildProgram(testdata("bindings.go"), { goroot: goroot! });
    slot = new SdkSlot(program, { mayWait: false, environment: { GREETING: "hello" } });
  }, 300_000);

  const get = (path: string) => bodyText(slot.serve({ uri: `http://t.localhost${path}` }));

  /** Starts a request that must wait for calls. */
  const suspended = (path: string, method = "GET", body = "") => {
    slot.answer = () => null;
    slot.restore(slot.image);
    expect(slot.start({ uri: `http://t.localhost${path}`, method, body })).toEqual({ tag: "pending" });
  };
  /** Ends the only outstanding call. @returns the request's answer */
  const end = (reply: BindingReply): string => {
    const outcome = slot.resume([{ operation: only(), value: encodeReply(reply) }]);
    if (outcome.tag !== "response") throw new Error(JSON.stringify(outcome));
    return text(outcome.val.body);
  };
  const only = (): number => {
    expect(slot.calls.size).toBe(1);
    return [...slot.calls.keys()][0]!;
  };
  const outstanding = () => slot.calls.get(only())!;

  describe("the environment", () => {
    test("is there at the start-up, and in requests with what has been added", () => {
      slot.environment = {
        GREETING: "hello",
        SECRET: 'a "quoted" line\nand ü',
        COUNT: 1.5,
        ON: true,
        LIST: ["a", { b: "}" }],
        NONE: null,
      };
      const all = [
        "COUNT=1.5",
        "GREETING=hello",
        'LIST=["a",{"b":"}"}]',
        "NONE=null",
        "ON=true",
        'SECRET=a "quoted" line\nand ü',
      ];
      expect(get("/env")).toBe(`"hello" ${goList(all)}`);
    });

    test("is the request's own: nothing is left of an earlier one's", () => {
      slot.environment = { GREETING: "good evening" };
      expect(get("/env")).toBe(`"hello" ${goList(["GREETING=good evening"])}`);
      slot.environment = {};
      expect(get("/env")).toBe(`"hello" ${goList(["GREETING=hello"])}`);
    });
  });

  describe("KV", () => {
    test("a value with what is kept beside it, answered within the step", () => {
      slot.answer = (call) => {
        expect(call).toMatchObject({ binding: "kv", method: "get", arguments: { name: "PAGES", key: 'a "key" <ü>' } });
        return { value: { metadata: { n: [1] }, revision: 12, expiration: 1_900_000_000 }, body: bytes("a value") };
      };
      const response = slot.serve({ uri: `http://t.localhost/get?key=${encodeURIComponent('a "key" <ü>')}` });
      expect(bodyText(response)).toBe('a value {"n":[1]} 12 false 1900000000');
      expect(response.steps).toBe(1);
      slot.answer = () => ({ value: { metadata: null, revision: 1, expiration: null }, body: new Uint8Array() });
      expect(get("/get?key=x")).toMatch(/^ {2}1 true /);
    });

    test("a value of 25 MiB", () => {
      const body = new Uint8Array(25 << 20).fill(65);
      slot.answer = () => ({ value: { metadata: null, revision: 1, expiration: null }, body });
      expect(get("/get?key=large").length).toBeGreaterThan(25 << 20);
    });

    test("no value is ErrNotFound, a refusal an Error with its code", () => {
      slot.answer = () => ({ value: null });
      expect(get("/get?key=x")).toBe(
        "plinth: no such key | no code | not found true, conflict false, url error false, deadline false",
      );
      slot.answer = () => {
        throw plinthError("PLINTH_BINDING_UNKNOWN", ["kv", "get"]);
      };
      expect(get("/get?key=x")).toMatch(/^There is no binding .* \| PLINTH_BINDING_UNKNOWN \| not found false/);
    });

    test("a key that is no UTF-8 never leaves the program", () => {
      slot.answer = () => {
        throw new Error("called");
      };
      expect(get("/get?key=%ff")).toMatch(/^plinth: the key "\\xff" is no UTF-8/);
    });

    test("put and delete suspend the request", () => {
      suspended("/put?key=new&if=absent", "POST", "content");
      const { method, arguments: put, body } = outstanding();
      expect([method, put]).toEqual([
        "put",
        { name: "PAGES", key: "new", expirationTtl: 120, metadata: { n: 1 }, ifRevision: 0 },
      ]);
      expect(text(body)).toBe("content");
      const value = encodeReply({ value: { revision: 7 } });
      expect(slot.resume([{ operation: only(), value }])).toEqual({ tag: "pending" });
      expect(outstanding()).toMatchObject({
        method: "delete",
        arguments: { name: "PAGES", key: "old", ifRevision: 7 },
      });
      expect(end({ value: {} })).toBe("7");
    });

    test("a conflict is ErrConflict", () => {
      suspended("/put?key=new&if=absent", "POST");
      const value = encodeError(Object.assign(plinthError("PLINTH_KV_CONFLICT", ["new", "3", "0"])));
      const outcome = slot.resume([{ operation: only(), value }]);
      if (outcome.tag !== "response") throw new Error(outcome.tag);
      expect(text(outcome.val.body)).toMatch(
        / \(PLINTH_KV_CONFLICT\) \| PLINTH_KV_CONFLICT \| not found false, conflict true/,
      );
    });

    test("an operation that the host ends without a reply", () => {
      suspended("/put?key=new", "POST");
      const outcome = slot.resume([{ operation: only(), failure: "the host goes down" }]);
      if (outcome.tag !== "response") throw new Error(outcome.tag);
      expect(text(outcome.val.body)).toMatch(/^the host goes down \| no code/);
    });

    test("several keys at once", () => {
      slot.answer = ({ method, arguments: named }) => {
        expect([method, named]).toEqual(["getMany", { name: "PAGES", keys: ["a", "b", "c"] }]);
        const entry = { metadata: null, revision: 1, expiration: null };
        return {
          value: [{ key: "a", ...entry, size: 3 }, null, { key: "c", ...entry, size: 2 }],
          body: bytes("onetw"),
        };
      };
      expect(get("/many")).toBe("a true one 3;b false  0;c true tw 2;");
    });

    test("all keys, page by page, no further than wanted", () => {
      const pages = [["p/1", "p/2"], ["p/3"], ["p/4"]];
      const asked: unknown[] = [];
      slot.answer = ({ arguments: { prefix, cursor } }) => {
        asked.push(cursor);
        expect(prefix).toBe("p/");
        const page = Number(cursor ?? 0);
        const keys = pages[page]!.map((name) => ({ name, ...(name === "p/2" ? { metadata: "m" } : {}) }));
        return { value: { keys, list_complete: page === 2, ...(page < 2 ? { cursor: String(page + 1) } : {}) } };
      };
      expect(get("/keys")).toBe('p/1 ;p/2 "m";p/3 ;p/4 ;');
      expect(asked).toEqual([undefined, "1", "2"]);
      asked.length = 0;
      expect(get("/keys?until=p/3")).toBe('p/1 ;p/2 "m";p/3 ;');
      expect(asked).toEqual([undefined, "1"]);
    });

    test("what is called at start-up is refused by the host", () => {
      expect(get("/early")).toContain("| PLINTH_BINDING_TOO_EARLY |");
    });
  });

  describe("http.DefaultClient", () => {
    const reply = (value: object, body = ""): BindingReply => ({
      value: { status: 200, statusText: "OK", headers: [], url: "", redirected: false, ...value },
      body: bytes(body),
    });

    test("a request goes out whole, and its response comes in whole", () => {
      suspended("/fetch?method=POST&url=https://origin.example/a%3Fb&body=content");
      const { binding, method, arguments: named, body } = outstanding();
      expect([binding, method, text(body)]).toEqual(["fetch", "fetch", "content"]);
      expect(named).toMatchObject({ method: "POST", url: "https://origin.example/a?b", redirect: "manual" });
      expect(named.headers).toEqual([
        ["X-Many", "1"],
        ["X-Many", "2"],
      ]);
      const headers = [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ];
      expect(end(reply({ status: 201, statusText: "Created", headers }, "made"))).toBe(
        '201 Created 201 4 [a=1 b=2] "" https://origin.example/a?b MADE <nil>',
      );
    });

    test("values of fields are bytes, each a character in JSON; user and password are a field", () => {
      suspended(`/fetch?method=GET&url=${encodeURIComponent("http://me:secret@origin.example/")}&x=%e9%ff`);
      const { arguments: named } = outstanding();
      expect(named.url).toBe("http://origin.example/");
      expect(named.headers).toContainEqual(["Authorization", `Basic ${btoa("me:secret")}`]);
      expect(named.headers).toContainEqual(["X-Bytes", "\xe9\xff"]);
      const answer = end(reply({ headers: [["x-bytes", "\xfe!"]] }));
      expect(answer).toContain(' "\\xfe!" ');
    });

    test("HEAD tells the length that a GET would have", () => {
      suspended("/fetch?method=HEAD&url=http://origin.example/");
      expect(end(reply({ headers: [["content-length", "99"]] }))).toContain("200 OK 200 99 ");
    });

    test("http.Client follows redirects, each a request of its own", () => {
      suspended("/fetch?method=POST&url=http://origin.example/a&body=x");
      const moved = reply({ status: 303, statusText: "See Other", headers: [["location", "/b"]] });
      const value = encodeReply(moved);
      expect(slot.resume([{ operation: only(), value }])).toEqual({ tag: "pending" });
      expect(outstanding().arguments).toMatchObject({ method: "GET", url: "http://origin.example/b" });
      expect(end(reply({}, "here"))).toBe('200 OK 200 4 [] "" http://origin.example/b HERE <nil>');
    });

    test("a refusal is the Err of a *url.Error", () => {
      suspended("/fetch?method=GET&url=http://origin.example/");
      const value = encodeError(plinthError("PLINTH_BINDING_UNKNOWN", ["fetch", "fetch"]));
      const outcome = slot.resume([{ operation: only(), value }]);
      if (outcome.tag !== "response") throw new Error(outcome.tag);
      expect(text(outcome.val.body)).toMatch(
        /^Get "http:\/\/origin\.example\/": There is no .* \| PLINTH_BINDING_UNKNOWN \| .* url error true/,
      );
    });

    test("its timeout gives the call up", () => {
      suspended("/fetch?method=GET&url=http://origin.example/");
      const operation = only();
      const outcome = slot.resume([slot.skipToTimer()]);
      if (outcome.tag !== "response") throw new Error(JSON.stringify(outcome));
      expect(text(outcome.val.body)).toMatch(/Client\.Timeout exceeded.* url error true, deadline true$/);
      expect(slot.cancelled).toContain(operation);
    });

    test("20 calls at a time, ended in any order, several in a step, with a restore before each", () => {
      suspended("/parallel");
      expect(slot.calls.size).toBe(20);
      const waiting = [...slot.calls].sort(([a], [b]) => ((a * 7) % 20) - ((b * 7) % 20));
      const expected = waiting.map(([, { arguments: named }]) => {
        const n = new URL(named.url as string).pathname.slice(1);
        return `${n}:answer ${n}`;
      });
      let outcome: ReturnType<SdkSlot["resume"]> = { tag: "pending" };
      while (waiting.length > 0) {
        const state = slot.capture();
        const { calls, timers } = slot;
        slot.restore(state);
        [slot.calls, slot.timers] = [calls, timers];
        const batch = waiting.splice(0, waiting.length > 10 ? 1 : 3).map(([operation, { arguments: named }]) => ({
          operation,
          value: encodeReply(reply({}, `answer ${new URL(named.url as string).pathname.slice(1)}`)),
        }));
        outcome = slot.resume(batch);
        expect(outcome).toEqual({ tag: "pending" });
      }
      outcome = slot.resume([slot.skipToTimer()]);
      if (outcome.tag !== "response") throw new Error(outcome.tag);
      expect((JSON.parse(text(outcome.val.body)) as string[]).sort()).toEqual(expected.sort());
    });
  });

  describe("giving up", () => {
    test("at a context's deadline the host is told, and the request goes on", () => {
      suspended("/give-up");
      const operation = only();
      const outcome = slot.resume([slot.skipToTimer()]);
      if (outcome.tag !== "response") throw new Error(outcome.tag);
      expect(text(outcome.val.body)).toMatch(/^context deadline exceeded \| no code .* deadline true$/);
      expect(slot.cancelled).toContain(operation);
    });

    test("a reply that is late is nobody's", () => {
      suspended("/give-up?again=1");
      const late = only();
      expect(slot.resume([slot.skipToTimer()])).toEqual({ tag: "pending" });
      expect(slot.resume([{ operation: late, value: encodeReply({ value: { revision: 1 } }) }])).toEqual({
        tag: "pending",
      });
      expect(end({ value: { revision: 2 } })).toMatch(/^2 <nil>; context deadline/);
    });
  });
});

/** Writes a list of strings as fmt's %q writes a slice. */
const goList = (items: readonly string[]) => `[${items.map((item) => JSON.stringify(item)).join(" ")}]`;
