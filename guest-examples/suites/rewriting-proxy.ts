import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Origin } from "../../test/support/origin.ts";
import { describeExample, type Example } from "./example.ts";

/** A language's form of the rewritten page. Each language writes changed tags in its own way. */
export interface Rewritten {
  /** The banner of `Preview of <tomorrow>`. */
  readonly banner: string;
  /** The start tag of `<link rel=stylesheet href=ORIGIN/style.css>`. */
  readonly link: string;
  /** The start tag of `<A HREF='ORIGIN/a?x=1&amp;y=2#z'>`. */
  readonly anchor: string;
}

const picture = Uint8Array.from({ length: 5_000 }, (_, index) => index * 3);

const page = ({ url, host }: Origin) => `<!DOCTYPE html><html><head><link rel=stylesheet href=${url}/style.css></head>
<BODY class="a"><A HREF='${url}/a?x=1&amp;y=2#z'>here</A>
<a href="https://elsewhere.example/">away</a> <a href="/near">near</a>
<!-- <a href="${url}/comment"> --><script>let a = '<a href="${url}/script">';</script>
<form action="${url}/send"><img src="//${host}/logo.png"></form><p>Grüße &copy; 2026</BODY></html>`;
const rewritten = ({ url }: Origin, { banner, link, anchor }: Rewritten) => `<!DOCTYPE html><html><head>${link}</head>
<BODY class="a">${banner}${anchor}here</A>
<a href="https://elsewhere.example/">away</a> <a href="/near">near</a>
<!-- <a href="${url}/comment"> --><script>let a = '<a href="${url}/script">';</script>
<form action="/send"><img src="/logo.png"></form><p>Grüße &copy; 2026</BODY></html>`;

async function answer(origin: Origin, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const html = { "content-type": "text/html", etag: '"1"' };
  switch (request.url) {
    case "/":
      response.writeHead(200, { ...html, "content-encoding": "gzip" }).end(gzipSync(page(origin)));
      return;
    case "/moved":
      response.writeHead(302, { location: `${origin.url}//new?a=1` }).end();
      return;
    case "/logo.png":
      response.writeHead(200, { "content-type": "image/png", etag: '"2"' }).end(picture);
      return;
    case "/long":
      response
        .writeHead(200, html)
        .end(`<body>${`<p>An <a href="${origin.url}/item">item</a> of many.</p>\n`.repeat(200)}`);
      return;
    case "/broken":
      response.writeHead(500, html).end("<body>sorry<p>");
      return;
    default:
      response.writeHead(200, { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
      response.end(`${request.method} ${request.url} ${request.headers["x-forwarded-host"]} ${await buffer(request)}`);
  }
}

/** A proxy that changes pages on their way. */
export function rewritingProxy(folder: string, markup: Rewritten): void {
  let origin: Origin;
  const deploy = async (example: Example) => {
    origin = await example.origin((request, response) => void answer(origin, request, response));
    await example.deploy((config) => ({
      ...config,
      vars: { ORIGIN: origin.url, BANNER: "Preview of <tomorrow>" },
      fetch: { allow: [origin.host] },
    }));
  };
  describeExample(folder, deploy, (example) => {
    test("links to the origin lead here, the banner is there, and nothing else has changed", async () => {
      const response = await example.fetch();
      expect(await response.text()).toBe(rewritten(origin, markup));
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("etag")).toBeNull();
    });

    test("redirects lead here", async () => {
      const response = await example.fetch("/moved", { redirect: "manual" });
      expect([response.status, response.headers.get("location")]).toEqual([302, "/new?a=1"]);
    });

    test("what is no page is passed on as it is, both ways", async () => {
      const logo = await example.fetch("/logo.png");
      expect(logo.headers.get("etag")).toBe('"2"');
      expect(Buffer.compare(Buffer.from(await logo.arrayBuffer()), picture)).toBe(0);
      const sent = await example.fetch("//form?a=b", { method: "PUT", body: "über" });
      expect(await sent.text()).toMatch(/^PUT \/\/form\?a=b 127\.0\.0\.1:\d+ über$/);
      expect(sent.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    });

    test("an error page keeps its status", async () => {
      const response = await example.fetch("/broken");
      expect([response.status, await response.text()]).toEqual([500, `<body>${markup.banner}sorry<p>`]);
    });

    test("a long page is rewritten within the limits", async () => {
      const html = await (await example.fetch("/long")).text();
      expect(html.match(/<a href="\/item">/g)).toHaveLength(200);
    });
  });
}
