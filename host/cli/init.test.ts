/** `plinth init`: its projects build, deploy and answer. */
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtIn } from "../../runtimes/registry.ts";
import { type CliOptions, runCli } from "../../test/support/cli.ts";
import { goEnvironment, goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { readManifest } from "../manifest/read.ts";

const clone = join(import.meta.dirname, "../..");
const modules = join(clone, "node_modules");

let root: string;
let host: TestHost;
let client: CliOptions;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "plinth-init-"));
  host = await startTestHost({ runtimes: goIsInstalled ? ["plinth:js", "plinth:go"] : ["plinth:js"] });
  const own = { PLINTH_ADMIN: host.adminUrl, PLINTH_TOKEN: host.token, XDG_CONFIG_HOME: join(root, "config") };
  client = { env: { ...goEnvironment(), ...own } };
}, 300_000);
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

async function plinth(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, client);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** Makes a new project and deploys it, without a name on the command line. */
async function deployed(template: string): Promise<{ name: string; answer(path?: string): Promise<Response> }> {
  const folder = join(root, `My ${template}`);
  const result = JSON.parse(await plinth("init", folder, "--template", template, "--json"));
  expect(result).toMatchObject({ folder, name: `my-${template}`, template });
  expect(result.steps.at(-1)).toBe("plinth dev");
  expect(await readManifest(folder, builtIn.names)).toMatchObject({ name: `my-${template}` });
  expect(result.files).toContain("plinth.schema.json");
  for (const file of result.files.filter((it: string) => !["plinth-sdk", "plinth.schema.json"].includes(it))) {
    const text = await readFile(join(folder, file), "utf8");
    expect(text, file).not.toMatch(/\{\{|\}\}/);
    // The files must not name folders of this machine.
    expect(text, file).not.toContain(clone);
    expect(dirname(file) === "." && basename(file) === "gitignore").toBe(false);
  }
  // A link stands in for npm install.
  if (template === "hono") await symlink(modules, join(folder, "node_modules"));
  await plinth("build", folder);
  expect(await plinth("deploy", folder)).toMatch(new RegExp(`^my-${template}: version 1, `));
  return { name: `my-${template}`, answer: (path = "/") => host.fetch(`my-${template}`, path) };
}

test.each(["ts", "js"])("%s", async (template) => {
  const { answer } = await deployed(template);
  expect(await (await answer("/?name=you")).text()).toBe("Hello, you!\n");
  expect((await answer("/elsewhere")).status).toBe(404);
});

test("hono", async () => {
  const { answer } = await deployed("hono");
  expect(await (await answer()).text()).toBe("Hello, world!\n");
  expect(await (await answer("/items/7")).json()).toEqual({ id: "7" });
});

describe.skipIf(!goIsInstalled)(`Go${needsGo}`, () => {
  test("go", async () => {
    const { answer } = await deployed("go");
    expect(await (await answer("/?name=you")).text()).toBe("Hello, you!\n");
    expect((await answer("/elsewhere")).status).toBe(404);
  }, 300_000);
});

test("kv-site", async () => {
  const { answer } = await deployed("kv-site");
  expect(await (await answer()).text()).toContain("<h1>my-kv-site</h1><p>No pages yet.</p>");
  expect((await answer("/about")).status).toBe(404);
});

test("every template is tested above, and python's with its runtime", () => {
  expect(builtIn.templates.map(({ name }) => name).sort()).toEqual([
    "go",
    "hono",
    "js",
    "kv-site",
    "python",
    "python-data",
    "ts",
  ]);
});

test("a file that is there is not touched, and nothing is written beside it", async () => {
  const folder = await mkdtemp(join(root, "taken-"));
  await writeFile(join(folder, "plinth.jsonc"), "mine");
  const { code, stderr } = await runCli(["init", folder]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^error PLINTH_INIT_EXISTS: .*plinth\.jsonc/),
  });
  expect(await readFile(join(folder, "plinth.jsonc"), "utf8")).toBe("mine");
  await expect(readFile(join(folder, "README.md"))).rejects.toThrow("ENOENT");
});

test("the steps that follow are commands that a shell takes, whatever the folder is called", async () => {
  const folder = join(root, "Ada's Shop");
  const { stdout } = await runCli(["init", folder], { cwd: root });
  expect(stdout).toContain("  cd 'Ada'\\''s Shop'\n");
});

test("a name may be given; one that cannot be a tenant's is refused", async () => {
  const result = JSON.parse(await plinth("init", join(root, "named"), "--name", "another", "--json"));
  expect(result.name).toBe("another");
  expect(await runCli(["init", join(root, "bad"), "--name", "No_Name"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("PLINTH_TENANT_NAME"),
  });
});
