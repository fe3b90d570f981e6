import { expect, test } from "vitest";
import { describeExample, type Example, type OwnCases } from "./example.ts";

/** A language's form of the rendered pages. Each language has its own Markdown library and templates. */
export interface Markup {
  /** Parts of the page `about`, whose text is `# About <us>`, an empty line, and `We make *bases*.` */
  readonly about: readonly string[];
  /** A layout with the page's title and content. */
  readonly layout: string;
  /** The page `docs/index.html` in that layout, up to its content. */
  readonly laidOut: string;
}

export const putPage = (
  example: Example,
  key: string,
  value: string | Uint8Array<ArrayBuffer>,
  options?: Readonly<Record<string, string>>,
) => example.putValue("pages", key, value, options);

export const textOf = async (example: Example, path: string) => (await example.fetch(path)).text();

/** A site whose pages are in KV. */
export function siteFromKv(folder: string, markup: Markup, own: OwnCases = () => {}): void {
  const deploy = (example: Example) => example.deploy();
  describeExample(folder, deploy, (example) => {
    const put = putPage.bind(null, example);
    const text = textOf.bind(null, example);

    test("a site without pages says so; then its front page lists them", async () => {
      expect(await text("/")).toContain("No pages yet.");
      await put("first.md", "# First");
      expect(await text("/")).toContain('<a href="/first">first</a>');
      await put("über uns.md", "# We");
      expect(await text("/%C3%BCber%20uns")).toContain("<h1>We</h1>");
    });

    test("a page that is written is seen, and seen changed when it is written again", async () => {
      expect((await example.fetch("/about")).status).toBe(404);
      await put("about.md", "# About <us>\n\nWe make *bases*.");
      const response = await example.fetch("/about");
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      const html = await response.text();
      for (const part of markup.about) expect(html).toContain(part);
      await put("about.md", "# About\n\nWe make columns, too.");
      expect(await text("/about")).toContain("columns, too");
    });

    test("HTML pages, folders and a layout", async () => {
      const docs = "<h1>Docs</h1><p>As it is: <b>$&</b></p>";
      await put("docs/index.html", docs);
      expect(await text("/docs/")).toContain(`<main>${docs}</main>`);
      await put("layout.html", markup.layout);
      expect(await text("/docs/")).toBe(`${markup.laidOut}${docs}</body>`);
    });

    test("a page of one's own for what is not there", async () => {
      await put("404.md", "# Lost?");
      for (const path of ["/nothing", "/nothing/here", "/img/none.png", `/${"x".repeat(502)}`]) {
        const response = await example.fetch(path);
        expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("<h1>Lost?</h1>")]);
      }
    });

    test("assets are served byte for byte, by their ending or their metadata", async () => {
      const picture = Uint8Array.from({ length: 10_000 }, (_, index) => index * 7);
      await put("img/logo.png", picture);
      const response = await example.fetch("/img/logo.png");
      expect(response.headers.get("content-type")).toBe("image/png");
      expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), picture)).toBe(0);
      await put("feed.rss", "<rss/>", { "plinth-kv-metadata": '{"type":"application/rss+xml"}' });
      expect((await example.fetch("/feed.rss")).headers.get("content-type")).toBe("application/rss+xml");
    });

    test.each(["page.md", "style.css"])("%s is sent again only when it has changed", async (key) => {
      const path = `/${key.replace(/\.md$/, "")}`;
      await put(key, "first");
      const etag = (await example.fetch(path)).headers.get("etag")!;
      const again = async () =>
        (await example.fetch(path, { headers: { "if-none-match": `"other", W/${etag}` } })).status;
      expect(await again()).toBe(304);
      await put(key, "second");
      expect(await again()).toBe(200);
    });

    test("it is read only, and paths that are too long or not UTF-8 are refused", async () => {
      const response = await example.fetch("/about", { method: "POST", body: "x" });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
      expect((await example.fetch(`/${"x".repeat(503)}`)).status).toBe(414);
      expect((await example.fetch("/%ff")).status).toBe(400);
    });

    own(example);
  });
}
