import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployExample, putValue } from "../../test/support/example.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

describe.skipIf(!goIsInstalled)(`go-site-from-kv${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:go"] });
    await deployExample(host, "site", import.meta.dirname);
  }, 300_000);
  afterAll(() => host?.[Symbol.asyncDispose]());

  const put = (key: string, value: string | Uint8Array<ArrayBuffer>, options?: Record<string, string>) =>
    putValue(host, "site", "pages", key, value, options);
  const text = async (path: string) => (await host.fetch("site", path)).text();

  test("a site without pages says so; then its front page lists them", async () => {
    expect(await text("/")).toContain("No pages yet.");
    await put("about.md", "# We\n\nWe make *bases*.");
    expect(await text("/")).toContain('<a href="/about">about</a>');
    const about = await text("/about");
    expect(about).toContain("<title>about · A site from KV</title>");
    expect(about).toContain("<h1>We</h1>\n\n<p>We make <em>bases</em>.</p>");
    await put("about.md", "# We\n\nWe make columns, too.");
    expect(await text("/about")).toContain("columns, too");
  });

  test("HTML pages, folders, and a layout that is a template", async () => {
    await put("docs/index.html", "<h1>Docs</h1>");
    expect(await text("/docs/")).toContain("<main><h1>Docs</h1></main>");
    await put("layout.html", "<!doctype html><title>{{.Title}}</title>{{.Content}}");
    expect(await text("/docs/")).toBe("<!doctype html><title>index</title><h1>Docs</h1>");
  });

  test("assets are served byte for byte, by their ending or their metadata", async () => {
    const picture = Uint8Array.from({ length: 10_000 }, (_, index) => index * 7);
    await put("img/logo.png", picture);
    const response = await host.fetch("site", "/img/logo.png");
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), picture)).toBe(0);
    await put("feed.rss", "<rss/>", { "plinth-kv-metadata": '{"type":"application/rss+xml"}' });
    expect((await host.fetch("site", "/feed.rss")).headers.get("content-type")).toBe("application/rss+xml");
  });

  test("what is not there has a page of its own; what cannot be a key is refused", async () => {
    await put("404.md", "# Lost?");
    for (const path of ["/nothing", "/img/none.png", `/${"x".repeat(502)}`]) {
      const response = await host.fetch("site", path);
      expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("<h1>Lost?</h1>")]);
    }
    expect((await host.fetch("site", `/${"x".repeat(503)}`)).status).toBe(414);
    expect((await host.fetch("site", "/about", { method: "POST" })).status).toBe(405);
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
});
