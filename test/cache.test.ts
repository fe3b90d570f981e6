/** The Cache API in JavaScript programs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { slimComponent } from "./support/programs.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ workers: 2 });
});
afterAll(() => host.close());

/** A program that runs the statements of each request's body and answers with their result. */
const program = slimComponent(`
  const AsyncFunction = (async () => {}).constructor;
  const run = (code, request, ctx) => new AsyncFunction("request", "ctx", "cache", code)(request, ctx, caches.default);
  export default { async fetch(request, env, ctx) {
    try { return Response.json((await run(await request.text(), request, ctx)) ?? null) }
    catch (error) { return Response.json(error.name + (error.code ? " " + error.code : "")) }
  } };`);

async function run(name: string, code: string): Promise<unknown> {
  return (await host.fetch(name, "/", { method: "POST", body: code })).json();
}

test("a response is there for later requests and versions, as it was put", async () => {
  await host.deploy("keeper", program);
  const put = `await cache.put("http://x.example/a?b=1#c", new Response("kept", { status: 203, statusText: "So", headers:
    { "x-own": "1", "cache-control": "max-age=600" } }))`;
  expect(await run("keeper", put)).toBeNull();
  await host.deploy("keeper", program);
  const found = `const found = await cache.match(new Request("http://x.example/a?b=1"));
    found.headers.append("x-more", "2");
    return [found.status, found.statusText, found.headers.get("x-own"), found.headers.get("age"), await found.text()]`;
  expect(await run("keeper", found)).toEqual([203, "So", "1", expect.stringMatching(/^\d+$/), "kept"]);
  const others = `return Promise.all([
    cache.match("http://x.example/a"), cache.match("http://x.example/a", { ignoreSearch: true }),
    cache.match(new Request("http://x.example/a?b=1", { method: "POST" })),
    cache.match(new Request("http://x.example/a?b=1", { method: "POST" }), { ignoreMethod: true }),
    (await caches.open("other")).match("http://x.example/a?b=1"),
  ].map(async (found) => (await found) !== undefined))`;
  expect(await run("keeper", others)).toEqual([false, true, false, true, false]);
  const removed = `return [await cache.delete("http://x.example/a?b=1"), await cache.delete("http://x.example/a?b=1"),
    await cache.match("http://x.example/a?b=1") === undefined]`;
  expect(await run("keeper", removed)).toEqual([true, false, true]);
});

test("another tenant finds nothing of it", async () => {
  await host.deploy("one", program);
  await host.deploy("two", program);
  await run("one", `await cache.put("http://x.example/", new Response("secret"))`);
  const code = `return (await cache.match("http://x.example/"))?.text()`;
  expect([await run("one", code), await run("two", code)]).toEqual(["secret", null]);
});

test("Vary tells the responses of a URL apart", async () => {
  await host.deploy("vary", program);
  const code = `const ask = (language) => new Request("http://x.example/", { headers: { "Accept-Language": language } });
    const vary = { headers: { vary: "accept-language" } };
    await cache.put(ask("de"), new Response("Hallo", vary));
    await cache.put(ask("en"), new Response("Hello", vary));
    const found = async (...query) => (await cache.match(...query))?.text();
    return [await found(ask("de")), await found(ask("en")), await found(ask("fr")),
      await found(ask("fr"), { ignoreVary: true })]`;
  expect(await run("vary", code)).toEqual(["Hallo", "Hello", null, "Hello"]);
});

test("what is not to be kept is not, and takes the place of what was", async () => {
  await host.deploy("strict", program);
  const code = `const kept = [];
    for (const headers of [{}, { "cache-control": "no-store" }, { "set-cookie": "a=1" }, { "cache-control": "max-age=0" },
      { expires: "Thu, 01 Jan 1970 00:00:00 GMT" }, { "cache-control": "private=Set-Cookie", "set-cookie": "a=1" }]) {
      await cache.put("http://x.example/", new Response("", { headers }));
      const found = await cache.match("http://x.example/");
      kept.push(found ? found.headers.has("set-cookie") : null);
    }
    return kept`;
  expect(await run("strict", code)).toEqual([false, null, null, null, null, false]);
});

test.each([
  [`cache.put(new Request("http://x.example/", { method: "POST" }), new Response())`, "TypeError"],
  [`cache.put("http://x.example/", new Response("", { status: 206 }))`, "TypeError"],
  [`cache.put("http://x.example/", new Response("", { headers: { vary: "*" } }))`, "TypeError"],
  [`cache.put("data:,", new Response())`, "TypeError"],
  [`cache.put("http://x.example/", "text")`, "TypeError"],
  [`new Cache()`, "TypeError"],
  [`new CacheStorage()`, "TypeError"],
  [
    `(async () => { const used = new Response("a"); await used.text(); await cache.put("http://x.example/", used) })()`,
    "TypeError",
  ],
  [
    `[caches instanceof CacheStorage, caches.default === caches.default, Object.prototype.toString.call(cache)]`,
    [true, true, "[object Cache]"],
  ],
])("%s", async (code, answer) => {
  await host.deploy("refuses", program);
  expect(await run("refuses", `return ${code}`)).toEqual(answer);
});

test("a manifest says how long a response without fields of its own is kept", async () => {
  await host.deploy("brief", embedConfig(program, { cache: { seconds: 1 } }));
  await run("brief", `await cache.put("http://x.example/", new Response("brief"))`);
  await expect
    .poll(() => run("brief", `return (await cache.match("http://x.example/")) === undefined`), { timeout: 10_000 })
    .toBe(true);
});

test("the usual pattern works: match, else make and put in the background", async () => {
  await host.deploy(
    "pattern",
    slimComponent(`export default { async fetch(request, env, ctx) {
      const found = await caches.default.match(request);
      if (found) return found;
      const response = new Response("made for " + new URL(request.url).pathname,
        { headers: { "cache-control": "max-age=60" } });
      ctx.waitUntil(caches.default.put(request, response.clone()));
      return response;
    } };`),
  );
  const first = await host.fetch("pattern", "/page");
  expect(await first.text()).toBe("made for /page");
  await expect.poll(async () => (await host.fetch("pattern", "/page")).headers.get("age")).not.toBeNull();
  const again = await host.fetch("pattern", "/page");
  expect(await again.text()).toBe("made for /page");
  expect(again.headers.get("age")).toMatch(/^\d+$/);
});

test("the cache cannot be asked while the module loads", async () => {
  const early = slimComponent(`await caches.default.match("http://x.example/"); export default () => new Response();`);
  await expect(host.deploy("early", early)).rejects.toThrow("PLINTH_TENANT_START_FAILED");
});
