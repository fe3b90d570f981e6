import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Origin, startOrigin } from "../../../test/support/origin.ts";
import { beginRequest, openBinding } from "./caller.fixture.ts";

let origin: Origin;
beforeAll(async () => {
  origin = await startOrigin((request, response) => {
    if (request.url === "/close") response.setHeader("connection", "close");
    if (request.url?.startsWith("/to/")) response.writeHead(302, { location: `http://${request.url.slice(4)}/` });
    response.end("here");
  });
});
afterAll(() => origin[Symbol.asyncDispose]());

const refused = { code: "PLINTH_FETCH_ADDRESS" };

/** A binding whose names are resolved by a list. Each question gets the next answer, and the last answer repeats. */
function withNames(answers: readonly (readonly string[])[], privateNetworks = ["127.0.0.1/32"]) {
  const questions: string[] = [];
  const resolve = async (name: string) => answers[Math.min(questions.push(name), answers.length) - 1]!;
  const binding = openBinding({ privateNetworks, resolve });
  const fetch = beginRequest(binding, { allow: [`shop.example:${origin.port}`, `[::1]:${origin.port}`, origin.host] });
  return { questions, binding, get: (path: string) => fetch(`http://shop.example:${origin.port}${path}`), fetch };
}

describe("a name", () => {
  test.each([
    ["loopback", ["127.0.0.1", "::1"]],
    ["a private network", ["10.0.0.1"]],
    ["the cloud's metadata", ["169.254.169.254", "fd00:ec2::254"]],
    ["IPv4 within IPv6", ["::ffff:127.0.0.1", "64:ff9b::7f00:1"]],
    ["nothing", []],
    ["what is no address", ["localhost"]],
  ])("that leads to %s is refused", async (_, addresses) => {
    await using names = withNames([addresses], []).binding;
    const before = origin.requests.length;
    await expect(beginRequest(names, { allow: ["shop.example"] })("http://shop.example/")).rejects.toMatchObject(
      refused,
    );
    expect(origin.requests.length).toBe(before);
  });

  test("is connected to at those of its addresses that are allowed", async () => {
    const { get, binding } = withNames([["169.254.169.254", "10.0.0.1", "127.0.0.1"]]);
    await using _ = binding;
    expect((await get("/")).body.toString()).toBe("here");
  });

  test("that leads elsewhere a moment later is refused then: what is checked is what is connected to", async () => {
    const { get, questions, binding } = withNames([["127.0.0.1"], ["127.0.0.2"]]);
    await using _ = binding;
    const before = origin.connections;
    await get("/close");
    // The connection asks once. A second question between check and use could be answered differently.
    expect(questions).toEqual(["shop.example"]);
    await expect(get("/close")).rejects.toMatchObject(refused);
    expect(questions).toEqual(["shop.example", "shop.example"]);
    expect(origin.connections - before).toBe(1);
  });

  test("is not asked for again while its connection is kept", async () => {
    const { get, questions, binding } = withNames([["127.0.0.1"], ["127.0.0.2"]]);
    await using _ = binding;
    await get("/");
    // undici gives the connection back in a microtask of its own.
    await new Promise(setImmediate);
    await get("/");
    expect(questions.length).toBe(1);
  });

  test("that is not known", async () => {
    const unknown = Object.assign(new Error("queryA ENOTFOUND secret.internal"), { code: "ENOTFOUND" });
    await using binding = openBinding({ resolve: () => Promise.reject(unknown) });
    await expect(beginRequest(binding, { allow: ["shop.example"] })("http://shop.example/")).rejects.toMatchObject({
      code: "PLINTH_FETCH_FAILED",
      message: expect.stringMatching(/^The fetch from shop.example failed: its name is not known/),
    });
  });

  test("of the operator's hosts file", async () => {
    await using binding = openBinding();
    const url = `http://localhost:${origin.port}/`;
    expect((await beginRequest(binding, { allow: [new URL(url).host] })(url)).status).toBe(200);
  });
});

describe("an address in the URL", () => {
  test.each(["http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://[::1]/", "http://[::ffff:7f00:1]/"])(
    "%s is refused",
    async (url) => {
      await using binding = openBinding({ privateNetworks: [] });
      const allow = [new URL(url).hostname];
      await expect(beginRequest(binding, { allow })(url)).rejects.toMatchObject(refused);
    },
  );

  test("is refused where a redirect leads to it", async () => {
    const { get, fetch, binding } = withNames([["127.0.0.1"]]);
    await using _ = binding;
    await expect(get(`/to/[::1]:${origin.port}`)).rejects.toMatchObject(refused);
    expect((await fetch(`${origin.url}/to/${origin.host}`)).redirected).toBe(true);
  });
});
