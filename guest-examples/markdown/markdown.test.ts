import { afterAll, beforeAll, expect, test } from "vitest";
import { buildJavaScript } from "../../runtimes/js/build-tenant.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  const { component, sizes } = await buildJavaScript(import.meta.dirname);
  // The component contains the library.
  expect(sizes.program).toBeGreaterThan(50 * 1024);
  await host.deploy("markdown", component);
});
afterAll(() => host[Symbol.asyncDispose]());

const render = async (body: string): Promise<string> => {
  const response = await host.fetch("markdown", "/", { method: "POST", body });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  return response.text();
};

test("renders the body as a page with title and contents", async () => {
  const html = await render("# Säulen & <Sockel>\n\nA *plinth*.\n\n## Two\n\n## Two\n\n| a |\n|---|\n| 1 |\n");
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain("<title>Säulen &amp; &lt;Sockel&gt;</title>");
  expect(html).toContain('<h1 id="säulen-sockel">Säulen &amp; &lt;Sockel&gt;</h1>');
  expect(html).toContain('<li><a href="#two-2">Two</a></li>');
  expect(html).toContain("<em>plinth</em>");
  expect(html).toContain("<td>1</td>");
});

test("what the body's author writes as HTML stays text", async () => {
  const html = await render("<script>alert(1)</script>\n\n[a](javascript:alert(1))\n");
  expect(html).not.toContain("<script>");
  expect(html).not.toContain('href="javascript:');
});

test("renders a long document", async () => {
  const section = (index: number) => `## Section ${index}\n\n${"Some *words* and `code`. ".repeat(20)}\n\n`;
  const html = await render(Array.from({ length: 100 }, (_, index) => section(index)).join(""));
  expect(html.match(/<h2 /g)).toHaveLength(100);
  expect(html.match(/<em>words<\/em>/g)).toHaveLength(2000);
});

test("says how it is used, and refuses other methods", async () => {
  expect(await (await host.fetch("markdown")).text()).toContain("curl --data-binary");
  expect((await host.fetch("markdown", "/", { method: "PUT", body: "x" })).status).toBe(405);
});
