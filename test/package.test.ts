/** The npm package: packed, installed into an empty folder with the machine's own Node and npm, and used. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstLine } from "./support/cli.ts";
import { goEnvironment, goIsInstalled, needsGo } from "./support/go.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

/** A PATH with the machine's own Node, as a user has it. `npm run` puts the Node of this clone first. */
const path = process.env
  .PATH!.split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-package-"));
  environment = { ...goEnvironment(), PATH: path, XDG_CONFIG_HOME: join(folder, "config") };
  const packed = join(folder, "packed");
  await run(process.execPath, [join(root, "packaging/main.ts"), packed], { cwd: root });
  const own = { ...process.env, PATH: path };
  await run("npm", ["install", "--no-audit", "--no-fund", join(packed, "plinth.tgz")], { cwd: folder, env: own });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const plinth = (args: string[], cwd = folder) => run("npx", ["plinth", ...args], { cwd, env: environment });

/** A host of the installed package, in a process group of its own as npx starts others. */
async function serve(use: (host: { ingress: string; environment: NodeJS.ProcessEnv }) => Promise<void>): Promise<void> {
  const args = ["plinth", "serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--json"];
  const child = spawn("npx", args, {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  try {
    const { ingress, admin, token } = JSON.parse(await firstLine(child)) as Record<string, string>;
    Object.assign(environment, { PLINTH_ADMIN: admin, PLINTH_TOKEN: (await readFile(token!, "utf8")).trim() });
    await use({ ingress: ingress!, environment });
  } finally {
    const exit = once(child, "exit");
    process.kill(-child.pid!, "SIGTERM");
    await exit;
  }
}

async function expectProgram(template: string): Promise<void> {
  const project = join(folder, template);
  await plinth(["init", template, "--template", template]);
  expect(await readFile(join(project, "plinth.jsonc"), "utf8")).not.toContain(folder);
  await serve(async ({ ingress }) => {
    const { stdout } = await plinth(["deploy"], project);
    expect(stdout).toContain(`${template}: version 1`);
    const response = await fetch(`${ingress}/t/${template}/`);
    expect([response.status, await response.text()]).toEqual([200, "Hello, world!\n"]);
  });
}

test("is small, and asks for no engine that only this clone needs", async () => {
  const manifest = JSON.parse(await readFile(join(folder, "node_modules/plinth/package.json"), "utf8"));
  expect(Object.keys(manifest.dependencies)).not.toContain("binaryen");
  const { stdout } = await run("du", ["-sm", join(folder, "node_modules")]);
  expect(Number.parseInt(stdout, 10)).toBeLessThan(300);
});

test("the manifest's schema is in the package, and each new project has it", async () => {
  const schema = await readFile(join(folder, "node_modules/plinth/host/manifest/plinth.schema.json"), "utf8");
  await plinth(["init", "described", "--template", "ts"]);
  const manifest = await readFile(join(folder, "described/plinth.jsonc"), "utf8");
  const [, path] = /"\$schema": "([^"]+)"/.exec(manifest)!;
  expect(await readFile(join(folder, "described", path!), "utf8")).toBe(schema);
});

test("a project in TypeScript is made, deployed and answers", () => expectProgram("ts"));

test.skipIf(!goIsInstalled)(`a project in Go is made, deployed and answers${needsGo}`, async () => {
  await plinth(["runtime", "build", "go"]);
  await expectProgram("go");
  expect(await readFile(join(folder, "go/go.mod"), "utf8")).not.toContain(folder);
});
