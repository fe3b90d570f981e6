/** Uses test/runtimes/stack, a language outside runtimes/, in every way in which the built-in languages are used. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildProject } from "../host/toolchain/build-project.ts";
import { languagesWith } from "../runtimes/outside.ts";
import { language as stack } from "./runtimes/stack/language.ts";
import { runCommand } from "./support/cli-in-process.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";

let work: string;
let host: TestHost;
let env: Record<string, string>;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "plinth-outside-"));
  await stack.package.build(() => {});
  host = await startTestHost({ runtimes: ["plinth:js", "test:stack"], runtimeFolders: [stack.folder] });
  env = {
    PLINTH_RUNTIME_FOLDERS: stack.folder,
    PLINTH_ADMIN: host.adminUrl,
    PLINTH_TOKEN: host.token,
    XDG_CONFIG_HOME: join(work, "config"),
  };
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(work, { recursive: true });
});

async function plinth(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** Creates a folder with a program. */
async function projectOf(name: string, source: string): Promise<string> {
  const folder = join(work, name);
  await mkdir(folder);
  await writeFile(join(folder, "main.stack"), source);
  return folder;
}

/** Runs a command that has to fail. @returns its error, such as "PLINTH_BUILD_FAILED: ..." */
async function refusalOf(...args: string[]): Promise<string> {
  const { code, stderr } = await runCommand(args, env);
  expect(code).not.toBe(0);
  return stderr.replace(/^error /, "");
}

const component = async (source: string, name: string) =>
  (await buildProject(await projectOf(name, source), { languages: await languagesWith([stack.folder]) })).component;

describe("the command line", () => {
  test("a new project is deployed and answers", async () => {
    const folder = join(work, "answer");
    const init = JSON.parse(await plinth("init", folder, "--template", "stack", "--json"));
    expect(init).toMatchObject({
      files: ["main.stack", "plinth.jsonc", "plinth.schema.json"],
      steps: [expect.stringMatching(/^cd /), "plinth dev"],
    });
    expect(await plinth("deploy", folder)).toMatch(/^answer: version 1, [0-9]+ bytes, active\n/);
    expect(await (await host.fetch("answer")).text()).toBe("The answer of answer is 42\n");
    const version = await host.admin("/v1/tenants/answer/versions/1");
    expect(await version.json()).toMatchObject({ kind: "slim", runtime: "test:stack@1.0.0" });
  });

  test("a build has its parts, its flags and its explanation", async () => {
    const folder = await projectOf("parts", 'request say "x" limit .');
    const built = JSON.parse(await plinth("build", folder, "--define", "limit=-7", "--why", "--json"));
    expect(built).toMatchObject({
      language: "stack",
      sizes: { code: 32, texts: 5 },
      words: { say: 1, limit: 1, ".": 1 },
    });
    await plinth("deploy", built.output, "--name", "parts");
    expect(await (await host.fetch("parts")).text()).toBe("x-7");
    expect(await plinth("build", join(folder, "main.stack"), "--define", "limit=1", "--why")).toMatch(
      /bytes \(code 32, texts 5, the rest [0-9]+\)\n\nWORD +TIMES\nsay +1\n/,
    );
  });

  test("mistakes are told with their line", async () => {
    const folder = await projectOf("mistaken", "request\n  1 2 plus .\n");
    expect(await refusalOf("build", folder)).toMatch(/^PLINTH_BUILD_FAILED: .*main\.stack:2: there is no word plus/);
  });

  test("flags of other languages are refused by name, and so is a form that the language does not have", async () => {
    const folder = await projectOf("flags", "request");
    for (const flag of ["--no-source-map", "--static", "--compare"])
      expect(await refusalOf("build", folder, flag)).toContain(`is a Stack project, for which there is no ${flag}`);
    await writeFile(join(work, "worker.js"), "export default { fetch: () => new Response() };");
    expect(await refusalOf("build", join(work, "worker.js"), "--define", "a=1")).toContain(
      "is a JavaScript project, for which there is no --define",
    );
  });

  test("a folder that could be in two languages, one that says which, and one in none", async () => {
    const folder = await projectOf("both", 'request say "both"');
    await writeFile(join(folder, "index.js"), "export default { fetch: () => new Response() };");
    expect(await refusalOf("build", folder)).toMatch(
      /it has index\.js and main\.stack\. Choose one with --language js or --language stack\./,
    );
    await writeFile(join(folder, "plinth.jsonc"), '{ "runtime": "stack" }');
    expect(JSON.parse(await plinth("build", folder, "--json"))).toMatchObject({ language: "stack" });
    await writeFile(join(folder, "plinth.jsonc"), '{ "runtime": "stuck" }');
    expect(await refusalOf("build", folder)).toContain('expected "go" or "js" or "python" or "python-data" or "stack"');
    await mkdir(join(work, "none"));
    expect(await refusalOf("build", join(work, "none"))).toMatch(
      /main\.stack for Stack.* a Stack project has main\.stack/,
    );
  });

  test("runtime and doctor know the package", async () => {
    expect(JSON.parse(await plinth("runtime", "build", "stack", "--json"))).toMatchObject({ changed: false });
    const { runtimes } = JSON.parse(await plinth("runtime", "list", "--json"));
    expect(runtimes).toContainEqual(
      expect.objectContaining({ language: "stack", name: "test:stack", folder: join(stack.folder, "dist") }),
    );
    const { checks } = JSON.parse(await plinth("doctor", "--data", join(work, "data"), "--json"));
    expect(checks).toContainEqual({ name: "runtime test:stack", status: "ok", found: "1.0.0" });
  });
});

describe("the host", () => {
  test("every request finds the program as its start has left it", async () => {
    const counter = await component("start 5 1 set\nrequest 1 get 1 + 1 set 1 get .", "counter");
    await host.deploy("counter", counter);
    for (let visit = 0; visit < 3; visit++) expect(await (await host.fetch("counter")).text()).toBe("6");
  });

  test("requests of two programs take turns in the slots", async () => {
    await host.deploy("one", await component('start 1 0 set request 0 get . say " " uri', "one"));
    await host.deploy("two", await component('start 2 0 set request 0 get . say " " uri', "two"));
    const names = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? "two" : "one"));
    const answers = await Promise.all(names.map(async (name, n) => (await host.fetch(name, `/${n}`)).text()));
    for (const [n, answer] of answers.entries()) {
      expect(answer).toMatch(names[n] === "one" ? /^1 http:/ : /^2 http:/);
      expect(answer.endsWith(`/${n}`)).toBe(true);
    }
  });

  test("a request that fails is in the log with its line, and its client learns nothing of it", async () => {
    await host.deploy("divider", await component("request\n  1 0 / .", "divider"));
    const response = await host.fetch("divider");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("zero");
    expect(await logOf(host, "divider")).toContain("error: line 2: division by zero");
  });

  test("a start-up that fails is read by the language", async () => {
    const failing = await component('start\n  say "before"\n  drop\nrequest', "failing");
    const error = await host.deploy("failing", failing).then(
      () => "accepted",
      ({ message }: Error) => message,
    );
    expect(error).toContain("PLINTH_TENANT_START_FAILED");
    expect(error).toContain("main.stack:3: the stack is empty");
  });

  test("what is no program of the compiler's is refused or fails by itself", async () => {
    const { buildSlimComponent } = await import("../host/component/write/slim-component.ts");
    const { dataModule, dataRuntimeExports } = await import("../runtimes/data-module.ts");
    const rubbish = buildSlimComponent({
      dependency: "unlocked-dep=<test:stack@{>=1.0.0 <2.0.0}>",
      runtimeExports: dataRuntimeExports,
      appModule: dataModule(new Uint8Array(64).fill(255)),
      world: "resumable-service",
    });
    await expect(host.deploy("rubbish", rubbish)).rejects.toThrow("PLINTH_TENANT_START_FAILED");
    expect(await (await host.fetch("answer")).text()).toContain("42");
  });
});

describe("folders", () => {
  test("a host can do with the package alone", async () => {
    const folder = join(work, "package");
    await cp(join(stack.folder, "dist"), join(folder, "dist"), { recursive: true });
    await using other = await startTestHost({ runtimes: ["test:stack"], runtimeFolders: [folder] });
    await other.deploy("hello", await component('request say "hello"', "alone"));
    expect(await (await other.fetch("hello")).text()).toBe("hello");
  });

  test.each([
    ["that is not there", undefined, /neither language\.ts or language\.js nor dist\/runtime\.json/],
    ["whose module does not load", "throw new Error('no luck')", /does not load \(no luck\)/],
    ["whose module has no language", "export const other = 1;", /has no export named language/],
    ["whose language is there already", 'export const language = { name: "js" };', /the name js already/],
  ])("one %s is refused", async (name, module, reason) => {
    const folder = join(work, name.replaceAll(" ", "-"));
    if (module !== undefined) {
      await mkdir(folder);
      await writeFile(join(folder, "language.js"), module);
    }
    const { code, stderr } = await runCommand(["runtime", "list"], { ...env, PLINTH_RUNTIME_FOLDERS: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error PLINTH_RUNTIME_FOLDER: /);
    expect(stderr).toMatch(reason);
    await expect(startTestHost({ runtimeFolders: [folder] })).rejects.toMatchObject({ code: "PLINTH_RUNTIME_FOLDER" });
  });
});

test("the page that walks through Stack shows its files as they are", async () => {
  const page = await readFile(join(import.meta.dirname, "../docs/contributing/add-a-runtime.md"), "utf8");
  const shown = [...page.matchAll(/^`([\w.-]+)`:\n\n```ts\n(.*?)```$/gms)];
  expect(shown.length).toBeGreaterThan(5);
  for (const [, file, text] of shown) expect(await readFile(join(stack.folder, file!), "utf8")).toContain(text);
});
