/**
 * The answers of `plinth dev` to requests that fail: a page for browsers, text for others, with the place in the
 * source.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { language as python } from "../runtimes/python/language.ts";
import { nameWith, whyMissing } from "../runtimes/python/tested.fixture.ts";
import { browserIsThere, openBrowser } from "./support/browser.ts";
import { runCli } from "./support/cli.ts";
import { DevCommand } from "./support/dev-command.ts";
import { goEnvironment, goIsInstalled, needsGo } from "./support/go.ts";
import { ensureGoRuntime } from "./support/go-runtime.ts";
import { startTestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const pythonIsMissing = await whyMissing(python);
/** Folder for pictures of the page, for people; none are made without it. */
const pictures = process.env.PLINTH_TEST_PICTURES;

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "plinth-dev-errors-"));
});
afterAll(() => rm(parent, { recursive: true }));

async function project(template: string): Promise<string> {
  const folder = join(parent, template);
  expect(await runCli(["init", folder, "--template", template])).toMatchObject({ code: 0 });
  return folder;
}

const page = { headers: { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" } };
const throwing = `type Order = { items?: string[] };

const count = (order: Order): number => order.items!.length;

export default {
  fetch(request: Request): Response {
    console.log("asked <b>now</b>");
    return new Response(String(count({})));
  },
};
`;

describe("TypeScript", () => {
  let dev: DevCommand;
  let url: string;
  let folder: string;
  beforeAll(async () => {
    folder = await project("ts");
    await writeFile(join(folder, "src/index.ts"), throwing);
    dev = new DevCommand(folder);
    url = (await dev.next("ready")).urls[0];
    await dev.next("deployed");
  });
  afterAll(() => dev[Symbol.asyncDispose]());

  test("a terminal gets the reason, the lines around the place, the stack and the log as text", async () => {
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("plinth-request-id")).toMatch(/^req-/);
    const body = await response.text();
    const reason = "TypeError: cannot read property 'length' of undefined (order.items is undefined)";
    expect(body).toContain(`PLINTH_TENANT_EXCEPTION: ${reason}\n`);
    expect(body).toMatch(/\nsrc\/index\.ts:3:[0-9]+\n/);
    expect(body).toContain("\n> 3 | const count = (order: Order): number => order.items!.length;\n");
    expect(body).toMatch(/\n {4}at fetch \(src\/index\.ts:8:[0-9]+\)\n/);
    expect(body).toContain("info  asked <b>now</b>");
    expect(await dev.next("request")).toMatchObject({ level: "error", message: expect.stringContaining(" 500, ") });
  });

  test("readers of JSON, and names that are not this machine's, get the answer of every host", async () => {
    const plain = { error: { code: "PLINTH_TENANT_EXCEPTION", message: expect.any(String) } };
    expect(await (await fetch(url, { headers: { accept: "application/json" } })).json()).toEqual(plain);
    const { pathname, port } = new URL(url);
    // A page of another origin, whose name was given this machine's address.
    const rebound = await new Promise<string>((resolve, reject) => {
      const headers = { host: `evil.example:${port}`, ...page.headers };
      get(url, { headers }, (response) => resolve(text(response))).on("error", reject);
    });
    expect([pathname, JSON.parse(rebound)]).toEqual([pathname, plain]);
  });

  test.skipIf(!browserIsThere)("a browser shows the page, which complains of nothing (needs Chromium)", async () => {
    const browser = await openBrowser();
    try {
      const tab = await browser.newPage();
      tab.setDefaultTimeout(60_000);
      const complaints: string[] = [];
      tab.on("console", (message) => void (/policy/i.test(message.text()) && complaints.push(message.text())));
      const response = await tab.goto(url);
      expect(response!.status()).toBe(500);
      expect(response!.headers()["content-security-policy"]).toContain("default-src 'none'");
      await tab.getByRole("heading", { name: /^TypeError: cannot read property/ }).waitFor();
      expect(await tab.locator("[aria-current]").first().textContent()).toContain("order.items!.length");
      expect(await tab.locator("b").count()).toBe(0);
      expect(await tab.evaluate("getComputedStyle(document.querySelector('main').parentElement).maxWidth")).not.toBe(
        "none",
      );
      await tab.getByText("src/index.ts:8").first().click();
      await tab.getByText("return new Response(String(count({})))").waitFor();
      if (pictures !== undefined) {
        await mkdir(pictures, { recursive: true });
        await tab.screenshot({ path: join(pictures, "dev-error.png"), fullPage: true });
        await tab.emulateMedia({ colorScheme: "dark" });
        await tab.screenshot({ path: join(pictures, "dev-error-dark.png"), fullPage: true });
      }
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test("a limit that ends a request has its page, too, and so has a first build that fails", async () => {
    await writeFile(join(folder, "src/index.ts"), "export default { fetch() { for (;;); } };\n");
    await dev.next("deployed");
    const cut = await fetch(url, page);
    expect([cut.status, cut.headers.get("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
    expect(await cut.text()).toMatch(/PLINTH_CPU_LIMIT[\s\S]*<h1>[^<]*CPU time/);

    const other = await project("js");
    await writeFile(join(other, "index.js"), "export default {");
    await using first = new DevCommand(other);
    const { urls } = await first.next("ready");
    await first.next("failed");
    const answer = await fetch(urls[0]);
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringMatching(/last build failed:\n.*index\.js:1/),
    ]);
  });
});

describe.skipIf(!goIsInstalled)(`Go${needsGo}`, () => {
  test("a panic shows the line of the program that panicked", async () => {
    await ensureGoRuntime();
    const folder = await project("go");
    const source = await readFile(join(folder, "main.go"), "utf8");
    const failing = source.replace(
      'name := r.URL.Query().Get("name")',
      "var names []string\n\t\tname := names[len(r.Host)]",
    );
    await writeFile(join(folder, "main.go"), failing);
    await using dev = new DevCommand(folder, { env: goEnvironment() });
    const { urls } = await dev.next("ready");
    await dev.next("deployed");
    const body = await (await fetch(urls[0])).text();
    expect(body).toContain("PLINTH_TENANT_EXCEPTION: panic in the handler: runtime error: index out of range");
    expect(body).toMatch(/\nmain\.go:14\n/);
    expect(body).toContain("\n> 14 | \t\tname := names[len(r.Host)]\n");
    expect(await (await fetch(urls[0], page)).text()).toContain('<tr class="here"');
  });
});

describe.skipIf(pythonIsMissing !== undefined)(nameWith("Python", pythonIsMissing), () => {
  test("an exception shows the line that raised it, and the lines that called", async () => {
    const folder = await project("python");
    await writeFile(join(folder, "names.py"), "def last(names):\n    return names[-1]\n");
    await writeFile(
      join(folder, "main.py"),
      "from names import last\n\n\nasync def fetch(request, env, ctx):\n    return last([])\n",
    );
    await using dev = new DevCommand(folder, { env: { HOME: homedir(), ...goEnvironment() } });
    const { urls } = await dev.next("ready");
    await dev.next("deployed");
    const body = await (await fetch(urls[0])).text();
    expect(body).toContain("PLINTH_TENANT_EXCEPTION: IndexError: list index out of range\n");
    expect(body).toContain("\nnames.py:2\n  1 | def last(names):\n> 2 |     return names[-1]\n");
    const html = await (await fetch(urls[0], page)).text();
    expect([...html.matchAll(/<summary>([^<]*)/g)].map(([, place]) => place)).toEqual(["names.py:2", "main.py:5"]);
  });
});

test("plinth serve shows nothing of the inside, whatever the visitor accepts", async () => {
  await using host = await startTestHost();
  await host.deploy("shop", answering("(() => { throw new Error('secret') })()"));
  for (const init of [page, {}]) {
    const response = await host.fetch("shop", "/", init);
    expect([response.status, response.headers.get("content-type")]).toEqual([500, "application/json; charset=utf-8"]);
    expect(await response.text()).not.toContain("secret");
  }
});
