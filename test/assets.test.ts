/** Static files over real HTTP. No program runs for a file that is served. */
import { randomBytes } from "node:crypto";
import { get } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployWithAssets, sha256 } from "./support/assets.ts";
import { command, PLAIN } from "./support/commands.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering, slimComponent } from "./support/programs.ts";

const script = "export const text = 'the same line again';\n".repeat(200);
const large = randomBytes(700_000);
const files = {
  "/index.html": "<h1>home</h1>",
  "/about.html": "<h1>about</h1>",
  "/blog/index.html": "<h1>blog</h1>",
  "/404.html": "<h1>nothing here</h1>",
  "/app.js": script,
  "/a b/größe.txt": "names",
  "/large.bin": large,
  "/empty.txt": "",
};
const asked = "export default { fetch: async (request) => new Response('program ' + new URL(request.url).pathname) };";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ workers: 1 });
  await deployWithAssets(host, "site", slimComponent(asked), files);
});
afterAll(() => host.close());

/** An answer in the form of the wire, because fetch would decompress it. */
async function raw(path: string, headers: Record<string, string> = {}, method = "GET") {
  const request = get(`${host.ingressUrl}${path}`, { headers, method });
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    request.on("response", resolve).on("error", reject);
  });
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

describe("a file", () => {
  test.each([
    ["/", "<h1>home</h1>", "text/html; charset=utf-8"],
    ["/about", "<h1>about</h1>", "text/html; charset=utf-8"],
    ["/blog/?page=2", "<h1>blog</h1>", "text/html; charset=utf-8"],
    ["/app.js", script, "text/javascript; charset=utf-8"],
    ["/a%20b/gr%C3%B6%C3%9Fe.txt", "names", "text/plain; charset=utf-8"],
    ["/empty.txt", "", "text/plain; charset=utf-8"],
  ])("is served for %s", async (path, body, type) => {
    const response = await host.fetch("site", path);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    expect(await response.text()).toBe(body);
  });

  test("is served under the tenant's hostname, too", async () => {
    expect(await host.getByHostname("site.localhost", "/about")).toEqual({ status: 200, body: "<h1>about</h1>" });
  });

  test.each(["/nothing", "/a%2Fb", "/..%2findex.html", "/%zz", "//index.html", "/large.bin/"])(
    "is not served for %s: the program answers",
    async (path) => {
      expect((await raw(`/t/site${path}`)).body.toString()).toMatch(/^program/);
    },
  );

  test("is not served for POST", async () => {
    expect(await (await host.fetch("site", "/app.js", { method: "POST", body: "x" })).text()).toBe("program /app.js");
  });

  test("has one path: others redirect to it", async () => {
    for (const [path, location] of [
      ["/about.html", "/t/site/about"],
      ["/about/?a=1", "/t/site/about?a=1"],
      ["/blog", "/t/site/blog/"],
      ["/blog/index.html", "/t/site/blog/"],
      ["/index.html", "/t/site/"],
    ]) {
      const { status, headers } = await raw(`/t/site${path}`);
      expect([path, status, headers.location]).toEqual([path, 307, location]);
    }
  });

  test("that is large comes whole", async () => {
    const { status, body } = await raw("/t/site/large.bin");
    expect(status).toBe(200);
    expect(Buffer.compare(body, large)).toBe(0);
  });
});

test("an unchanged file is answered by 304 without a body", async () => {
  const first = await raw("/t/site/app.js");
  const etag = first.headers.etag!;
  expect(etag).toBe(`"${sha256(script).slice(0, 32)}"`);
  const again = await raw("/t/site/app.js", { "if-none-match": `"other", W/${etag}` });
  expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0]);
});

test("HEAD has the headers of GET and no body", async () => {
  const { status, headers, body } = await raw("/t/site/large.bin", {}, "HEAD");
  expect([status, headers["content-length"], body.length]).toEqual([200, "700000", 0]);
});

test("ranges of small and large files", async () => {
  const small = await raw("/t/site/app.js", { range: "bytes=7-11", "accept-encoding": "br" });
  expect([small.status, small.headers["content-range"], small.body.toString()]).toEqual([
    206,
    `bytes 7-11/${script.length}`,
    "const",
  ]);
  const part = await raw("/t/site/large.bin", { range: "bytes=-300000" });
  expect(part.status).toBe(206);
  expect(Buffer.compare(part.body, large.subarray(400_000))).toBe(0);
  const beyond = await raw("/t/site/large.bin", { range: "bytes=700000-" });
  expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, "bytes */700000"]);
  const other = await raw("/t/site/app.js", { range: "bytes=0-1", "if-range": '"other"' });
  expect([other.status, other.body.length]).toEqual([200, script.length]);
});

test("text is compressed as the client can take it, and has an ETag for each form", async () => {
  for (const [coding, decompress] of [
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const) {
    const headers = { "accept-encoding": `${coding}, identity;q=0.5` };
    // The form is made after the first request, in the background.
    await expect.poll(async () => (await raw("/t/site/app.js", headers)).headers["content-encoding"]).toBe(coding);
    const answer = await raw("/t/site/app.js", headers);
    expect(decompress(answer.body).toString()).toBe(script);
    expect(answer.headers).toMatchObject({
      vary: "accept-encoding",
      etag: `"${sha256(script).slice(0, 32)}-${coding}"`,
    });
    expect((await raw("/t/site/app.js", { ...headers, "if-none-match": answer.headers.etag! })).status).toBe(304);
  }
  expect((await raw("/t/site/app.js")).headers["content-encoding"]).toBeUndefined();
});

describe("a page that is not there", () => {
  const navigation = { "sec-fetch-mode": "navigate" };

  test("is the nearest 404.html for a browser, and the program's business for others", async () => {
    await deployWithAssets(
      host,
      "pages",
      slimComponent(asked),
      { ...files, "/blog/404.html": "no post" },
      {
        notFound: "404-page",
      },
    );
    const post = await raw("/t/pages/blog/2026/none", navigation);
    expect([post.status, post.body.toString()]).toEqual([404, "no post"]);
    expect((await raw("/t/pages/none", navigation)).body.toString()).toBe("<h1>nothing here</h1>");
    expect((await raw("/t/pages/none")).body.toString()).toBe("program /none");
  });

  test("is the application's page", async () => {
    await deployWithAssets(host, "app", slimComponent(asked), files, { notFound: "single-page-application" });
    const page = await raw("/t/app/some/view", navigation);
    expect([page.status, page.body.toString()]).toEqual([200, "<h1>home</h1>"]);
    expect((await raw("/t/app/api/items")).body.toString()).toBe("program /api/items");
  });
});

test("the program may come first, for all paths or for some", async () => {
  await deployWithAssets(host, "first", slimComponent(asked), files, { runWorkerFirst: ["/a*", "!/app.js"] });
  expect(await (await host.fetch("first", "/about")).text()).toBe("program /about");
  expect(await (await host.fetch("first", "/app.js")).text()).toBe(script);
  await deployWithAssets(host, "first", slimComponent(asked), files, { runWorkerFirst: true });
  expect(await (await host.fetch("first", "/app.js")).text()).toBe("program /app.js");
});

describe("env.ASSETS", () => {
  const program = slimComponent(`export default { async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/same") return env.ASSETS.fetch(request);
    const path = searchParams.get("path");
    const response = await env.ASSETS.fetch("https://any.example" + path, { method: searchParams.get("method") ?? "GET" });
    const body = (await response.text()).slice(0, 40);
    return Response.json([response.status, response.headers.get("content-type"), body, Object.keys(env)]);
  } };`);

  test("fetches files, and answers 404 for others", async () => {
    await deployWithAssets(host, "reader", program, files, { binding: "ASSETS" });
    const ask = async (query: string) => (await host.fetch("reader", `/?run&${query}`, { method: "POST" })).json();
    expect(await ask("path=/about")).toEqual([200, "text/html; charset=utf-8", "<h1>about</h1>", ["ASSETS"]]);
    expect(await ask("path=/about&method=HEAD")).toEqual([200, "text/html; charset=utf-8", "", ["ASSETS"]]);
    expect(await ask("path=/none")).toEqual([404, null, "", ["ASSETS"]]);
    expect(await ask("path=/about&method=PUT")).toEqual([405, null, "", ["ASSETS"]]);
    expect((await host.fetch("reader", "/same")).status).toBe(404);
  });

  test("refuses a file that is larger than a program may fetch", async () => {
    const [run, body] = [{ method: "POST" }, "path=/large.bin"];
    const tight = await startTestHost({ workers: 1, fetchBodyLimitBytes: 1_000 });
    await using _tight = { [Symbol.asyncDispose]: () => tight.close() };
    const failing = slimComponent(`export default { async fetch(request, env) {
      try { await env.ASSETS.fetch("https://x/large.bin"); return new Response("taken"); }
      catch (error) { return new Response(error.code); } } };`);
    await deployWithAssets(tight, "reader", failing, files, { binding: "ASSETS", runWorkerFirst: true });
    expect(await (await tight.fetch("reader", `/?${body}`, run)).text()).toBe("PLINTH_FETCH_TOO_LARGE");
  });
});

test("a WASI command has files beside it, which the host answers with", async () => {
  const program = await command("(call $text)", `${PLAIN}the command`);
  await deployWithAssets(host, "command", program, files);
  expect(await (await host.fetch("command", "/about")).text()).toBe("<h1>about</h1>");
  expect(await (await host.fetch("command", "/none")).text()).toBe("the command");
});

test("a tenant without assets is served as before", async () => {
  await host.deploy("plain", answering("'plain'"));
  expect(await (await host.fetch("plain", "/index.html")).text()).toBe("plain");
});
