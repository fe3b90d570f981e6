import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployExample } from "../../test/support/example.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { type Origin, startOrigin } from "../../test/support/origin.ts";

describe.skipIf(!goIsInstalled)(`go-rewriting-proxy${needsGo}`, () => {
  const picture = Uint8Array.from({ length: 5_000 }, (_, index) => index * 3);

  let host: TestHost;
  let origin: Origin;
  beforeAll(async () => {
    origin = await startOrigin((request, response) => void answer(request, response));
    host = await startTestHost({ runtimes: ["plinth:go"], fetchPrivateNetworks: ["127.0.0.0/8"] });
    await deployExample(host, "preview", import.meta.dirname, (config) => ({
      ...config,
      vars: { ORIGIN: origin.url, BANNER: "Preview of <tomorrow>" },
      fetch: { allow: [origin.host] },
    }));
  }, 300_000);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await origin?.[Symbol.asyncDispose]();
  });

  const banner = '<p role="note">Preview of &lt;tomorrow&gt;</p>';
  const page = () => `<!DOCTYPE html><html><head><link rel=stylesheet href=${origin.url}/style.css></head>
<BODY class="a"><A HREF='${origin.url}/a?x=1&amp;y=2#z'>here</A> <a href="https://elsewhere.example/">away</a> <a href="/near">near</a>
<!-- <a href="${origin.url}/comment"> --><script>let a = '<a href="${origin.url}/script">';</script>
<form action="${origin.url}/send"><img src="//${origin.host}/logo.png"></form><p>Grüße &copy; 2026</BODY></html>`;
  // A tag that has changed is written anew: its name in lower case, its attributes in double quotes.
  const rewritten = () => `<!DOCTYPE html><html><head><link rel="stylesheet" href="/style.css"></head>
<BODY class="a">${banner}<a href="/a?x=1&amp;y=2#z">here</A> <a href="https://elsewhere.example/">away</a> <a href="/near">near</a>
<!-- <a href="${origin.url}/comment"> --><script>let a = '<a href="${origin.url}/script">';</script>
<form action="/send"><img src="/logo.png"></form><p>Grüße &copy; 2026</BODY></html>`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const html = { "content-type": "text/html", etag: '"1"' };
    switch (request.url) {
      case "/":
        response.writeHead(200, { ...html, "content-encoding": "gzip" }).end(gzipSync(page()));
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
        response.end(
          `${request.method} ${request.url} ${request.headers["x-forwarded-host"]} ${await buffer(request)}`,
        );
    }
  }

  test("links to the origin lead here, the banner is there, and nothing else has changed", async () => {
    const response = await host.fetch("preview");
    expect(await response.text()).toBe(rewritten());
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("etag")).toBeNull();
  });

  test("redirects lead here", async () => {
    const response = await host.fetch("preview", "/moved", { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/new?a=1"]);
  });

  test("what is no page is passed on as it is, both ways", async () => {
    const logo = await host.fetch("preview", "/logo.png");
    expect(logo.headers.get("etag")).toBe('"2"');
    expect(Buffer.compare(Buffer.from(await logo.arrayBuffer()), picture)).toBe(0);
    const sent = await host.fetch("preview", "//form?a=b", { method: "PUT", body: "über" });
    expect(await sent.text()).toMatch(/^PUT \/\/form\?a=b 127\.0\.0\.1:\d+ über$/);
    expect(sent.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("an error page keeps its status", async () => {
    const response = await host.fetch("preview", "/broken");
    expect([response.status, await response.text()]).toEqual([500, `<body>${banner}sorry<p>`]);
  });

  test("a long page is rewritten within the limits", async () => {
    const html = await (await host.fetch("preview", "/long")).text();
    expect(html.match(/<a href="\/item">/g)).toHaveLength(200);
  });
});
