import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { buildText } from "../runtimes/js/build-text.ts";
import { browserIsThere, openBrowser } from "./support/browser.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const PROGRAM = `export default { async fetch(request, env) {
  if (request.url.endsWith("/throw")) throw new Error("<b>out of stock</b>");
  console.log("asked for <i>" + new URL(request.url).pathname + "</i>");
  await env.KV.put("colour", "<u>green</u>");
  return new Response("hello");
} };`;

/** Folder for pictures of the page, for people; none are made without it. */
const pictures = process.env.PLINTH_TEST_PICTURES;

describe.skipIf(!browserIsThere)("the dashboard (needs Chromium)", () => {
  let host: TestHost;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    host = await startTestHost();
    browser = await openBrowser();
    const program = embedConfig(new Uint8Array(await buildText(PROGRAM)), {
      kv: [{ binding: "KV", namespace: "DATA" }],
    });
    await host.deploy("shop", program);
    await host.deploy("shop", program);
    await host.deploy("blog", answering('"a blog"'));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await host[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    complaints = [];
    // These messages include violations of the Content-Security-Policy.
    page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
    page.on("pageerror", (error) => complaints.push(String(error)));
  });
  afterEach(() => page.close());

  const open = async (token: string, at = "") => {
    await page.goto(`${host.adminUrl}/dashboard/${at}`);
    await page.getByLabel("Token of the operator or of a tenant").fill(token);
    // The test presses keys and needs no pointer.
    await page.keyboard.press("Enter");
  };
  const picture = async (name: string) => {
    if (pictures === undefined) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };
  const region = (name: string) => page.getByRole("region", { name, exact: true }).first();

  it("shows the operator how full the host is, and its tenants", async () => {
    await host.fetch("shop");
    await host.fetch("shop", "/throw");
    await open(host.token);
    await page.getByText("operator (").waitFor();
    await page.getByText(/% full: .* bind first/).waitFor();
    const row = page.getByRole("row", { name: /^shop/ });
    await expect.poll(() => row.textContent()).toMatch(/^shop2.*/);
    expect(page.url()).not.toContain(host.token);
    expect(await page.evaluate("document.cookie")).toBe("");
    await picture("operator");
    await page.emulateMedia({ colorScheme: "dark" });
    await picture("operator-dark");
    await page.getByRole("link", { name: "blog" }).press("Enter");
    await page.getByRole("heading", { name: "Versions" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("shows a tenant its own things, deploys, activates, rolls back and rolls out", async () => {
    const body = JSON.stringify({ label: "owner", tenant: "shop" });
    const json = { "content-type": "application/json" };
    const made = await host.admin("/v1/tokens", { method: "POST", headers: json, body });
    const { token } = (await made.json()) as { token: string };
    const active = async () =>
      ((await (await host.admin("/v1/tenants/shop")).json()) as { activeVersion: number }).activeVersion;
    await open(token);
    await page.getByText("tenant shop (owner)").waitFor();
    await page.getByRole("button", { name: "Activate 1" }).click();
    await page.getByText("Version 1 is active.").waitFor();
    expect(await active()).toBe(1);
    await page.getByRole("button", { name: "Roll back" }).click();
    await page.getByText("The version before is active.").waitFor();
    expect(await active()).toBe(2);
    await page.getByLabel("Percent of visitors").fill("25");
    await page.getByRole("button", { name: "Roll out" }).click();
    await page.getByText("25 % of the visitors").waitFor();
    await page.getByRole("button", { name: "End the rollout" }).click();
    await page.getByText("The rollout has ended.").waitFor();

    const file = join(host.dataDir, "third.wasm");
    await writeFile(file, answering('"the third"'));
    await page.getByLabel("Component").setInputFiles(file);
    await page.getByRole("button", { name: "Deploy" }).click();
    await page.getByText("The new version is active.").waitFor();
    expect(await (await host.fetch("shop")).text()).toBe("the third");
    expect(complaints).toEqual([]);
  });

  it("shows the live log and KV as text, whatever is in them", async () => {
    await host.admin("/v1/tenants/shop/versions/2/activate", { method: "POST" });
    await open(host.token, "#/shop");
    const log = page.getByRole("log");
    await log.waitFor();
    await host.fetch("shop", "/now");
    await log.getByText("asked for <i>/now</i>").waitFor();
    await host.fetch("shop", "/throw");
    await log.getByText("<b>out of stock</b>").first().waitFor();
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("button", { name: "colour" }).click();
    await expect.poll(() => page.getByLabel("Value").textContent()).toBe("<u>green</u>");
    await region("Errors").getByText("PLINTH_TENANT_EXCEPTION").waitFor();
    await picture("tenant");
    expect(await page.locator("i, b, u").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("refuses a wrong token and forgets it", async () => {
    await open("wrong");
    await expect.poll(() => page.getByRole("status").textContent()).toMatch(/token/);
    await page.getByLabel("Token of the operator or of a tenant").waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
  });
});

it("the dashboard's pages allow no script but the host's own files", async () => {
  await using host = await startTestHost();
  const response = await fetch(`${host.adminUrl}/`);
  expect(new URL(response.url).pathname).toBe("/dashboard/");
  const policy = response.headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).not.toContain("unsafe");
  const html = await response.text();
  for (const [, file] of html.matchAll(/(?:src|href)="([\w.]+)"/g))
    expect([file, (await fetch(`${host.adminUrl}/dashboard/${file}`)).status]).toEqual([file, 200]);
});
