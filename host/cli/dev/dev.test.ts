/** `plinth dev` as a user has it: after a file is saved, the answers change. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CliOptions, runCli, startCli } from "../../../test/support/cli.ts";
import { DevCommand } from "../../../test/support/dev-command.ts";
import { goEnvironment, goIsInstalled, needsGo } from "../../../test/support/go.ts";
import { ensureGoRuntime } from "../../../test/support/go-runtime.ts";

let parent: string;
let folder: string;
let dev: ChildProcess | undefined;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "plinth-dev-"));
  folder = join(parent, "My shop");
  expect(await runCli(["init", folder, "--template", "js"])).toMatchObject({ code: 0 });
});
afterEach(async () => {
  if (dev?.exitCode === null && dev.signalCode === null) {
    dev.kill("SIGKILL");
    await once(dev, "close");
  }
  await rm(parent, { recursive: true });
});

function start(options: CliOptions = {}): DevCommand {
  const command = new DevCommand(folder, options);
  dev = command.child;
  return command;
}

const file = () => join(folder, "index.js");
const answering = (text: string) => `export default { fetch: () => new Response(${JSON.stringify(text)}) };\n`;

test("a save is a new answer; a broken one is told and the old answer stays", async () => {
  const events = start();
  const ready = await events.next("ready");
  expect(ready.tenant).toBe("my-shop");
  expect(ready.urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/t\/my-shop\/$/);
  const answer = async () => (await fetch(ready.urls[0])).text();
  const first = await events.next("deployed");
  expect(first).toMatchObject({ version: 1, uploadBytes: expect.any(Number), ms: expect.any(Number) });
  expect(await answer()).toBe("Hello, world!\n");

  await writeFile(file(), "export default { fetch() { console.log('asked'); return new Response('saved'); } };");
  expect((await events.next("deployed")).version).toBe(2);
  expect(await answer()).toBe("saved");
  expect(await events.next("log")).toMatchObject({ level: "info", message: "asked", version: 2 });
  expect(await events.next("request")).toMatchObject({
    level: "info",
    message: expect.stringMatching(/^GET \/t\/my-shop\/ 200, [0-9.]+ ms$/),
  });

  await writeFile(file(), "export default {");
  expect((await events.next("failed")).error).toMatchObject({
    code: "PLINTH_BUILD_FAILED",
    message: expect.stringContaining("index.js:"),
  });
  expect(await answer()).toBe("saved");
  // This program builds, but does not start.
  await writeFile(file(), "throw new Error('no such luck');");
  expect((await events.next("failed")).error.message).toContain("no such luck");
  expect(await answer()).toBe("saved");

  // Many editors save by giving the name to a new file.
  await writeFile(join(folder, "index.js~"), answering("renamed"));
  await rename(join(folder, "index.js~"), file());
  await events.next("deployed");
  expect(await answer()).toBe("renamed");

  const token = (await readFile(ready.tokenFile, "utf8")).trim();
  const versions = await runCli(["version", "list", "my-shop", "--admin", ready.admin, "--token", token, "--json"]);
  expect(JSON.parse(versions.stdout).versions).toHaveLength(1);
});

test("it ends with SIGINT, its data stays in .plinth, out of git's sight, and the next one uses it", async () => {
  const first = start();
  await first.next("deployed");
  dev!.kill("SIGINT");
  expect(await once(dev!, "close")).toEqual([0, null]);
  expect(await readFile(join(folder, ".plinth", ".gitignore"), "utf8")).toBe("*\n");
  await access(join(folder, ".plinth", "registry.sqlite"));

  await writeFile(file(), "export default {");
  const second = start();
  const { urls } = await second.next("ready");
  await second.next("failed");
  expect(await (await fetch(urls[0])).text()).toBe("Hello, world!\n");

  const another = await runCli(["dev", folder]);
  expect(another).toMatchObject({ code: 1, stderr: expect.stringContaining("PLINTH_DATA_LOCKED") });
});

describe.skipIf(!goIsInstalled)(`Go${needsGo}`, () => {
  test("a save of a program in Go, and one that does not compile", async () => {
    await ensureGoRuntime();
    folder = join(parent, "gopher");
    expect(await runCli(["init", folder, "--template", "go"])).toMatchObject({ code: 0 });
    const events = start({ env: goEnvironment() });
    const { urls } = await events.next("ready");
    await events.next("deployed");
    const source = await readFile(join(folder, "main.go"), "utf8");
    await writeFile(join(folder, "main.go"), source.replace("Hello", "Saved"));
    await events.next("deployed");
    expect(await (await fetch(urls[0])).text()).toBe("Saved, world!\n");
    await writeFile(join(folder, "main.go"), source.replace("plinth.Handle(mux)", "plinth.Handle("));
    expect((await events.next("failed")).error.message).toContain("main.go:");
    expect(await (await fetch(urls[0])).text()).toBe("Saved, world!\n");
  }, 300_000);

  test("a save anywhere in the module, when the program is below the folder of go.mod", async () => {
    await ensureGoRuntime();
    const root = join(parent, "module");
    expect(await runCli(["init", root, "--template", "go"])).toMatchObject({ code: 0 });
    folder = join(root, "cmd", "server");
    await mkdir(folder, { recursive: true });
    await rename(join(root, "plinth.jsonc"), join(folder, "plinth.jsonc"));
    await mkdir(join(root, "internal"));
    const library = join(root, "internal", "text.go");
    await writeFile(library, 'package text\n\nconst Name = "first"\n');
    const module = /^module (\S+)/m.exec(await readFile(join(root, "go.mod"), "utf8"))![1];
    const source = await readFile(join(root, "main.go"), "utf8");
    await rm(join(root, "main.go"));
    const main = source
      .replace("import (", `import (\n\ttext "${module}/internal"`)
      .replace("Hello", '" + text.Name + "');
    await writeFile(join(folder, "main.go"), main);

    const events = start({ env: goEnvironment() });
    const { urls } = await events.next("ready");
    expect((await events.next("deployed")).version).toBe(1);
    expect(await (await fetch(urls[0])).text()).toBe("first, world!\n");
    await writeFile(library, 'package text\n\nconst Name = "second"\n');
    // The host's own files below the module must not count as a save.
    expect((await events.next("deployed")).version).toBe(2);
    expect(await (await fetch(urls[0])).text()).toBe("second, world!\n");
    await writeFile(join(folder, "main.go"), main.replace("world", "wide world"));
    expect((await events.next("deployed")).version).toBe(3);
  }, 300_000);
});

test("people are told the same in words", async () => {
  dev = startCli(["dev", folder, "--name", "other"]);
  let text = "";
  let errors = "";
  dev.stdout!.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  dev.stderr!.setEncoding("utf8").on("data", (chunk) => {
    errors += chunk;
  });
  await expect.poll(() => text).toMatch(/version 1, [0-9,]+ bytes, in [0-9,]+ ms\n$/);
  expect(text).toMatch(/^other is served here:\n {2}http:\/\/127\.0\.0\.1:[0-9]+\/t\/other\/\n/);
  await writeFile(file(), "export default {");
  await expect.poll(() => errors).toMatch(/^error PLINTH_BUILD_FAILED: /);
});
