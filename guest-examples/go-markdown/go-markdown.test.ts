import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

/** Whether the example's module is in the module cache or can be downloaded. */
function canBuild(): boolean {
  try {
    execFileSync("go", ["mod", "download"], { cwd: import.meta.dirname, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const skipped = !goIsInstalled || !canBuild();
const why = goIsInstalled && skipped ? " (skipped: cannot fetch its Go module)" : needsGo;

describe.skipIf(skipped)(`go-markdown${why}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:js", "plinth:go"] });
    await host.deploy("columns", (await buildGo(import.meta.dirname)).component);
  }, 300_000);
  afterAll(() => host?.[Symbol.asyncDispose]());

  async function page(path: string, init?: RequestInit): Promise<string> {
    const response = await host.fetch("columns", path, init);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    return response.text();
  }

  test("pages come from Markdown, with titles and links to each other", async () => {
    const index = await page("/");
    expect(index).toContain("<title>Columns</title>");
    expect(index).toContain('<nav><a href="./">Columns</a> <a href="orders">The orders</a> </nav>');
    expect(index).toContain("<em>plinth</em>");
    expect(await page("/orders")).toContain("<td>two volutes</td>");
  });

  test("files are served as they are", async () => {
    const response = await host.fetch("columns", "/style.css");
    expect(response.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(await response.text()).toContain("max-width: 40rem");
  });

  test("a page that is not there is a 404 in the site's layout", async () => {
    const response = await host.fetch("columns", "/none");
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("There is no such page.");
  });

  test("renders what a request brings, and leaves out its HTML", async () => {
    const body = "# Säulen & *Sockel*\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) **bold**\n";
    const html = await page("/preview", { method: "POST", body });
    expect(html).toContain("<title>Säulen &amp; Sockel</title>");
    expect(html).toContain("<strong>bold</strong>");
    expect(html).not.toMatch(/<script|href="javascript/);
  });
});
