/** Builds, deploys and calls the guides' programs. They have to answer as the guides say. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildJavaScript } from "../runtimes/js/build-tenant.ts";
import { codeBlocks } from "./support/guide.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

const root = join(import.meta.dirname, "..");

let host: TestHost;
let folder: string;
beforeAll(async () => {
  host = await startTestHost();
  folder = await mkdtemp(join(tmpdir(), "plinth-guides-"));
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The code blocks of a guide in one language, in the guide's order. */
async function blocks(guide: string, language: string): Promise<string[]> {
  const all = await codeBlocks(`docs/guides/${guide}`);
  return all.filter((block) => block.language === language).map(({ text }) => text);
}

/** Deploys a program as a separate project, with this repository's npm packages as its dependencies. */
async function deploy(name: string, file: string, program: string, packages: readonly string[] = []): Promise<void> {
  const project = join(folder, name);
  await mkdir(join(project, "node_modules"), { recursive: true });
  for (const dependency of packages) {
    await symlink(join(root, "node_modules", dependency), join(project, "node_modules", dependency));
  }
  await writeFile(join(project, "package.json"), JSON.stringify({ name, main: "index.js" }));
  await writeFile(join(project, file), program);
  await host.deploy(name, (await buildJavaScript(project)).component);
}

test("getting started: the program answers as shown", async () => {
  const [program] = await blocks("getting-started.md", "ts");
  // npm init writes a package.json whose main does not exist.
  await deploy("notes", "index.ts", program!, ["markdown-it"]);
  const response = await host.fetch("notes", "/", { method: "POST", body: "# Hello" });
  expect(await blocks("getting-started.md", "")).toContain(await response.text());
  expect((await host.fetch("notes")).status).toBe(405);
});

test("JavaScript: the handler sees the same path by hostname and by path", async () => {
  const [handler] = await blocks("javascript.md", "ts");
  await deploy("shop", "index.ts", handler!);
  expect(await (await host.fetch("shop", "/cart?id=7")).json()).toEqual({ pathname: "/cart" });
  const answer = await host.getByHostname("shop.localhost", "/cart?id=7");
  expect(JSON.parse(answer.body)).toEqual({ pathname: "/cart" });
});

test("JavaScript: state lives for one request", async () => {
  const [counter] = await blocks("javascript.md", "js");
  await deploy("counter", "index.js", counter!);
  for (let round = 0; round < 3; round++) expect(await (await host.fetch("counter")).text()).toBe("1");
});

test("JavaScript: a stack in the log names the author's files and lines", async () => {
  await deploy(
    "thrower",
    "index.ts",
    "interface Unused {}\n\nexport default () => {\n  throw new Error('thrown');\n};\n",
  );
  const response = await host.fetch("thrower");
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("thrown");
  const lastMessage = async (): Promise<string | undefined> => {
    const { lines } = (await (await host.admin("/v1/tenants/thrower/logs")).json()) as { lines: { message: string }[] };
    return lines.at(-1)?.message;
  };
  // The answer does not wait for the source map, so the log line may come later.
  await expect.poll(lastMessage).toMatch(/^Error: thrown\n.*index\.ts:4:/);
});

test("JavaScript: the limits are those of the settings", async () => {
  const text = await readFile(join(root, "docs", "guides", "javascript.md"), "utf8");
  const { tenantLimitDefaults, hostLimitDefaults, MIB, KIB } = await import("../host/config/limits.ts");
  const rows: [string, string][] = [
    ["upload", `${hostLimitDefaults.uploadLimitBytes / MIB} MiB`],
    ["CPU time of the top level", `${hostLimitDefaults.startCpuMs.toLocaleString("en-US")} ms`],
    ["CPU time of a request", `${tenantLimitDefaults.cpuMs} ms`],
    ["time of a request, waiting included", `${tenantLimitDefaults.wallMs / 1000} s`],
    ["memory, the engine's share included", `${tenantLimitDefaults.memoryLimitBytes / MIB} MiB`],
    ["request body, response body", `${tenantLimitDefaults.responseBodyLimitBytes / MIB} MiB each`],
    ["requests under way", `${tenantLimitDefaults.tenantConcurrency}`],
    ["log text of one step of a request", `${tenantLimitDefaults.logLimitBytes / KIB} KiB`],
  ];
  for (const [limit, value] of rows) expect(text).toContain(`| ${limit} | ${value} |`);
});
