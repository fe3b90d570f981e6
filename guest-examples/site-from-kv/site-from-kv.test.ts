import { afterAll, beforeAll, expect, test } from "vitest";
import { deployExample, putValue } from "../../test/support/example.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  await deployExample(host, "site", import.meta.dirname);
});
afterAll(() => host[Symbol.asyncDispose]());

const put = (key: string, value: string | Uint8Array<ArrayBuffer>, options?: Record<string, string>) =>
  putValue(host, "site", "pages", key, value, options);
const text = async (path: string) => (await host.fetch("site", path)).text();

test("a site without pages says so; then its front page lists them", async () => {
  expect(await text("/")).toContain("No pages yet.");
  await put("über uns.md", "# We");
  expect(await text("/")).toContain('<a href="/%C3%BCber%20uns">über uns</a>');
  expect(await text("/%C3%BCber%20uns")).toContain("<h1>We</h1>");
});

test("a page that is written is seen, and seen changed when it is written again", async () => {
  expect((await host.fetch("site", "/about")).status).toBe(404);
  await put("about.md", "# About <us>\n\nWe make *bases*.");
  const response = await host.fetch("site", "/about");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  const html = await response.text();
  expect(html).toContain("<title>About &#60;us&#62; · A site from KV</title>");
  expect(html).toContain("<p>We make <em>bases</em>.</p>");
  await put("about.md", "# About\n\nWe make columns, too.");
  expect(await text("/about")).toContain("columns, too");
});

test("HTML pages, folders and a layout", async () => {
  await put("docs/index.html", "<h1>Docs</h1><p>As it is: <b>$&</b></p>");
  expect(await text("/docs/")).toContain("<h1>Docs</h1><p>As it is: <b>$&</b></p>");
  await put("layout.html", "<!doctype html><title>{{title}}</title><body class=new>{{content}}</body>");
  expect(await text("/docs/")).toBe(
    "<!doctype html><title>Docs · A site from KV</title><body class=new><h1>Docs</h1><p>As it is: <b>$&</b></p></body>",
  );
});

test("a page of one's own for what is not there", async () => {
  await put("404.md", "# Lost?");
  const response = await host.fetch("site", "/nothing/here");
  expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("<h1>Lost?</h1>")]);
});

test("assets are served byte for byte, by their ending or their metadata", async () => {
  const picture = Uint8Array.from({ length: 10_000 }, (_, index) => index * 7);
  await put("img/logo.png", picture);
  const response = await host.fetch("site", "/img/logo.png");
  expect(response.headers.get("content-type")).toBe("image/png");
  expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), picture)).toBe(0);
  await put("feed.rss", "<rss/>", { "plinth-kv-metadata": '{"type":"application/rss+xml"}' });
  expect((await host.fetch("site", "/feed.rss")).headers.get("content-type")).toBe("application/rss+xml");
  expect((await host.fetch("site", "/img/none.png")).status).toBe(404);
});

test.each(["page.md", "style.css"])("%s is sent again only when it has changed", async (key) => {
  const path = `/${key.replace(/\.md$/, "")}`;
  await put(key, "first");
  const etag = (await host.fetch("site", path)).headers.get("etag")!;
  const again = async () =>
    (await host.fetch("site", path, { headers: { "if-none-match": `"other", W/${etag}` } })).status;
  expect(await again()).toBe(304);
  await put(key, "second");
  expect(await again()).toBe(200);
});

test("it is read only, and paths that cannot be keys are refused", async () => {
  const response = await host.fetch("site", "/about", { method: "POST", body: "x" });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect((await host.fetch("site", "/%ff")).status).toBe(400);
  expect((await host.fetch("site", `/${"x".repeat(502)}`)).status).toBe(404);
  expect((await host.fetch("site", `/${"x".repeat(503)}`)).status).toBe(414);
});
