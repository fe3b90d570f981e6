import { beforeEach, describe, expect, it } from "vitest";
import type { OutgoingFetch, OutgoingMessage } from "../types.ts";
import { Pollable, poll } from "../wasi-io.ts";
import { IncomingBody, OutgoingBody } from "./bodies.ts";
import { IncomingRequest, RequestOptions, ResponseOutparam } from "./messages.ts";
import { bytes, freshHttp, nowhere, type Types, text, thrown } from "./wasi-http.fixture.ts";
import { handleBy } from "./wasi-http.ts";

let { calls, http, Fields, open } = freshHttp();
beforeEach(() => {
  ({ calls, http, Fields, open } = freshHttp());
});

describe("fields", () => {
  it("go by their names in any case, keep their order, and have values of bytes", () => {
    const fields = Fields.fromList([
      ["A", bytes("1")],
      ["b", bytes("2")],
    ]);
    fields.append("a", bytes("3"));
    expect([fields.get("a").map(text), fields.has("B"), fields.has("c")]).toEqual([["1", "3"], true, false]);
    fields.set("A", [bytes("4"), bytes("5")]);
    const copy = fields.clone();
    fields.delete("b");
    expect(fields.entries().map(([name, value]) => [name, text(value)])).toEqual([
      ["A", "4"],
      ["A", "5"],
    ]);
    expect(copy.has("b")).toBe(true);
  });

  it("refuse what would change the message's framing, and what is no field", () => {
    const fields = new Fields();
    expect(thrown(() => fields.append("transfer-encoding", bytes("chunked")))).toEqual({ error: { tag: "forbidden" } });
    expect(thrown(() => fields.set("Host", [bytes("x")]))).toEqual({ error: { tag: "forbidden" } });
    for (const [name, value] of [
      ["a b", "x"],
      ["", "x"],
      ["a", "x\r\nb: y"],
      ["a", "x\0"],
    ] as const)
      expect(thrown(() => fields.append(name, bytes(value)))).toEqual({ error: { tag: "invalid-syntax" } });
    const ofHost = http.received([
      ["host", bytes("shop")],
      ["x", bytes("1")],
    ]);
    expect(ofHost.entries().map(([name]) => name)).toEqual(["x"]);
    for (const work of [() => ofHost.append("y", bytes("2")), () => ofHost.delete("x"), () => ofHost.set("x", [])])
      expect(thrown(work)).toEqual({ error: { tag: "immutable" } });
  });
});

describe("a visitor's request", () => {
  const request = (method: string, uri: string) =>
    new IncomingRequest(http, { method, uri, headers: [], body: bytes("sent") });

  it("has method, scheme, authority and path as they came", () => {
    const it = request("GET", "https://shop.example:8443/a/../b?c=%20d");
    expect([it.method(), it.scheme(), it.authority(), it.pathWithQuery()]).toEqual([
      { tag: "get" },
      { tag: "HTTPS" },
      "shop.example:8443",
      "/a/../b?c=%20d",
    ]);
    expect(request("PURGE", "http://x/").method()).toEqual({ tag: "other", val: "PURGE" });
    expect(request("get", "http://x/").method()).toEqual({ tag: "other", val: "get" });
  });

  it("gives its body once, in pieces of any length, and then its end", () => {
    const it = request("POST", "http://x/");
    const body = it.consume();
    expect(thrown(() => it.consume())).toEqual({ error: undefined });
    const stream = body.stream();
    expect(thrown(() => body.stream())).toEqual({ error: undefined });
    expect([text(stream.read(3n)), stream.skip(0n), text(stream.blockingRead(2n ** 64n - 1n))]).toEqual([
      "sen",
      0n,
      "t",
    ]);
    expect(thrown(() => stream.read(1n))).toEqual({ error: { tag: "closed" } });
    const trailers = IncomingBody.finish(body);
    expect([trailers.subscribe().ready(), trailers.get(), trailers.get()]).toEqual([
      true,
      { tag: "ok", val: { tag: "ok", val: undefined } },
      { tag: "err", val: undefined },
    ]);
  });
});

describe("an answer", () => {
  const request = { method: "GET", uri: "http://x/", headers: [], body: new Uint8Array(0) };
  const answerBy = (answer: (outparam: ResponseOutparam, types: Types) => void) =>
    handleBy({ handle: async (_request, outparam) => answer(outparam, open()) }, request, http);
  const made = ({ OutgoingResponse }: Types, parts: string[], finish = true) => {
    const response = new OutgoingResponse(Fields.fromList([["x", bytes("1")]]));
    response.setStatusCode(201);
    const body = response.body();
    const stream = body.write();
    for (const part of parts) stream.blockingWriteAndFlush(bytes(part));
    if (finish) OutgoingBody.finish(body, undefined);
    return response;
  };

  it("has status, fields and the bytes that were written", async () => {
    const answer = await answerBy((outparam, types) =>
      ResponseOutparam.set(outparam, { tag: "ok", val: made(types, ["one ", "two"]) }),
    );
    expect({ ...answer, body: text(answer.body) }).toEqual({
      status: 201,
      headers: [["x", bytes("1")]],
      body: "one two",
    });
  });

  it("is cut one byte beyond the limit, so that the host sees that it is too long", async () => {
    const parts = Array.from({ length: 200 }, () => "12345678");
    const answer = await answerBy((outparam, types) =>
      ResponseOutparam.set(outparam, { tag: "ok", val: made(types, parts) }),
    );
    expect(answer.body).toHaveLength(1_001);
  });

  it("needs no body", async () => {
    const answer = await answerBy((outparam, { OutgoingResponse }) =>
      ResponseOutparam.set(outparam, { tag: "ok", val: new OutgoingResponse(new Fields()) }),
    );
    expect(answer).toEqual({ status: 200, headers: [], body: new Uint8Array(0) });
  });

  it.each([
    ["none", () => {}, /without a response/],
    [
      "an error",
      (outparam: ResponseOutparam) =>
        ResponseOutparam.set(outparam, { tag: "err", val: { tag: "internal-error", val: "out of luck" } }),
      /out of luck/,
    ],
    [
      "a body that was not finished",
      (outparam: ResponseOutparam, types: Types) =>
        ResponseOutparam.set(outparam, { tag: "ok", val: made(types, ["one"], false) }),
      /before its body was finished/,
    ],
  ])("that is %s is a failure", async (_what, answer, message) => {
    await expect(answerBy(answer)).rejects.toMatchObject({ code: "trap", message: expect.stringMatching(message) });
  });
});

describe("a request to another server", () => {
  const answering =
    (seen: OutgoingMessage[]): OutgoingFetch =>
    async (message) => {
      seen.push(message);
      return { tag: "ok", val: { status: 202, headers: [["x", bytes("1")]], body: bytes("answer") } };
    };
  const to = ({ OutgoingRequest }: Types, path: string | undefined = "/a?b") => {
    const request = new OutgoingRequest(Fields.fromList([["y", bytes("2")]]));
    request.setMethod({ tag: "post" });
    request.setScheme({ tag: "HTTP" });
    request.setAuthority("origin.example:8080");
    request.setPathWithQuery(path);
    return request;
  };

  it("goes when its body is finished, and its answer is waited for", async () => {
    const seen: OutgoingMessage[] = [];
    const types = open(answering(seen));
    const request = to(types);
    const body = request.body();
    const future = types.handle(request);
    expect([seen, future.get(), future.subscribe().ready()]).toEqual([[], undefined, false]);
    body.write().write(bytes("sent"));
    OutgoingBody.finish(body, undefined);
    await future.subscribe().block();
    expect(seen).toEqual([
      {
        method: "POST",
        url: "http://origin.example:8080/a?b",
        headers: [["y", bytes("2")]],
        body: bytes("sent"),
        redirect: "manual",
      },
    ]);
    const got = future.get();
    if (got?.tag !== "ok" || got.val.tag !== "ok") throw new Error(JSON.stringify(got));
    const response = got.val.val;
    expect([response.status(), text(response.headers().get("X")[0]!)]).toEqual([202, "1"]);
    expect(text(response.consume().stream().read(100n))).toBe("answer");
    expect(future.get()).toEqual({ tag: "err", val: undefined });
  });

  it("is one of several that are under way, beside clocks", async () => {
    const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let next = 0;
    const types = open(async () => {
      await answers[next++]!.promise;
      return nowhere({} as OutgoingMessage);
    });
    const futures = [types.handle(to(types)), types.handle(to(types))];
    const pollables = [...futures.map((future) => future.subscribe()), new Pollable(calls, 2n ** 62n)];
    const ready = poll(calls, pollables);
    answers[1]!.resolve();
    expect(await ready).toEqual(Uint32Array.of(1));
    const soon = new Pollable(calls, BigInt(Math.round(performance.now() * 1e6)) + 1_000_000n);
    expect(await poll(calls, [pollables[0]!, soon])).toEqual(Uint32Array.of(1));
    answers[0]!.resolve();
    await pollables[0]!.block();
  });

  it.each([
    ["an error of the host's fetch", nowhere, "/", { tag: "internal-error", val: "PLINTH_FETCH_FAILED: no way" }],
    ["no path", nowhere, "elsewhere", { tag: "HTTP-request-URI-invalid" }],
  ])("tells of %s", async (_what, fetch, path, expected) => {
    const types = open(fetch);
    const future = types.handle(to(types, path));
    await future.subscribe().block();
    expect(future.get()).toEqual({ tag: "ok", val: { tag: "err", val: expected } });
  });

  it("that has too long a body, a body that is dropped, or too little time, does not go", async () => {
    const seen: OutgoingMessage[] = [];
    const types = open(answering(seen));
    const codeOf = async (prepare: (body: OutgoingBody) => void) => {
      const request = to(types);
      const body = request.body();
      const future = types.handle(request);
      prepare(body);
      await future.subscribe().block();
      return future.get();
    };
    const long = await codeOf((body) => {
      body.write().write(bytes("x".repeat(2_000)));
      OutgoingBody.finish(body, undefined);
    });
    expect(long).toMatchObject({ val: { val: { tag: "HTTP-request-body-size" } } });
    expect(await codeOf((body) => body[Symbol.dispose]())).toMatchObject({ val: { val: { tag: "internal-error" } } });
    expect(seen).toEqual([]);

    const options = new RequestOptions();
    options.setFirstByteTimeout(1_000_000n);
    const slow = open(() => new Promise(() => {}));
    const future = slow.handle(to(slow), options);
    await future.subscribe().block();
    expect(future.get()).toMatchObject({ val: { val: { tag: "HTTP-response-timeout" } } });
  });
});
