/** The memory that the host holds for an instance by wasi:http is bounded, and is given back. */
import { beforeEach, expect, it } from "vitest";
import { IncomingBody, OutgoingBody } from "./bodies.ts";
import type { Fields as AnyFields } from "./fields.ts";
import { bytes, freshHttp, thrown } from "./wasi-http.fixture.ts";

let { Fields, open } = freshHttp();
beforeEach(() => {
  ({ Fields, open } = freshHttp());
});

const trap = { error: expect.objectContaining({ code: "trap", message: expect.stringContaining("hold more than") }) };

it("what the host holds is bounded, and anything may hold it", () => {
  const fields: AnyFields[] = [];
  const many = () => {
    for (let n = 0; n < 100; n++) fields.push(Fields.fromList([["a", bytes("x".repeat(100))]]));
  };
  expect(thrown(many)).toEqual(trap);
  expect(fields.length).toBeGreaterThan(10);
  for (const of of fields) of[Symbol.dispose]();

  const { OutgoingResponse } = open();
  const bodies = () => {
    for (let n = 0; n < 100; n++)
      new OutgoingResponse(new Fields())
        .body()
        .write()
        .write(bytes("x".repeat(1_000)));
  };
  expect(thrown(bodies)).toEqual(trap);
});

it("dropped parts and finished requests give it back", async () => {
  const types = open();
  for (let n = 0; n < 100; n++) {
    const request = new types.OutgoingRequest(Fields.fromList([["a", bytes("x".repeat(500))]]));
    request.setAuthority("origin.example");
    const body = request.body();
    body.write().write(bytes("x".repeat(1_000)));
    OutgoingBody.finish(body, undefined);
    await types.handle(request).subscribe().block();
    // Dropping another handle of the fields does not give their bytes back.
    request.headers()[Symbol.dispose]();
    const fields = Fields.fromList([["a", bytes("x".repeat(500))]]);
    fields.clone()[Symbol.dispose]();
    fields[Symbol.dispose]();
  }
});

it("answers of other servers count until their bodies are dropped", async () => {
  const types = open(async () => ({ tag: "ok", val: { status: 200, headers: [], body: new Uint8Array(3_000) } }));
  const ask = async () => {
    const request = new types.OutgoingRequest(new Fields());
    request.setAuthority("origin.example");
    const future = types.handle(request);
    await future.subscribe().block();
    const got = future.get();
    if (got?.tag !== "ok") throw new Error(JSON.stringify(got));
    return got.val;
  };
  const first = await ask();
  if (first.tag !== "ok") throw new Error(JSON.stringify(first));
  expect(await ask()).toEqual({ tag: "err", val: { tag: "HTTP-response-body-size", val: undefined } });
  const body = first.val.consume();
  first.val[Symbol.dispose]();
  expect((await ask()).tag).toBe("err");
  IncomingBody.finish(body);
  expect((await ask()).tag).toBe("ok");
});
