/**
 * A binding from outside the host's registry. The template's folder holds all of its files. The host is given the folder's
 * module. A program names the binding in its manifest and calls it by WIT.
 */
import { copyFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildStatic } from "../guest-examples/static/build.ts";
import { MANIFEST_SECTION } from "../host/component/read/custom-sections.ts";
import { withCustomSection } from "../host/component/write/custom-section.ts";
import { runCommand } from "./support/cli-in-process.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { slimComponent } from "./support/programs.ts";

const template = new URL("../host/bindings/template/", import.meta.url);
const module = new URL("binding.ts", template);

const WORLD = `package test:template;
world program {
  import plinth:template/words@0.1.0;
  export plinth:http/handler@0.1.0;
}`;

/** A program that answers in JSON, with the words that it finds in the path or with the tenant's name after a wait. */
const PROGRAM = `
  import { find, wait } from "plinth:template/words@0.1.0";
  const ascii = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  export const handler = {
    handle({ uri }) {
      let said;
      try { said = uri.endsWith("/wait") ? wait(20) : find(uri); }
      catch (error) { said = error.payload.code; }
      return { status: 200, headers: [], body: ascii(JSON.stringify(said)) };
    },
  };`;

let host: TestHost;
let program: Uint8Array;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-template-"));
  try {
    const packages = join(folder, "packages");
    await cp(new URL("../wit/", import.meta.url), packages, { recursive: true });
    await copyFile(new URL("template.wit", template), join(packages, "template.wit"));
    const file = join(folder, "program.wit");
    await writeFile(file, WORLD);
    program = await buildStatic("qjs", PROGRAM, { world: { file, name: "program", packages } });
  } finally {
    await rm(folder, { recursive: true });
  }
  host = await startTestHost({ workers: 1, bindings: [module] });
}, 120_000);
afterAll(() => host.close());

const withConfig = (bytes: Uint8Array, config: object) =>
  withCustomSection(bytes, MANIFEST_SECTION, Buffer.from(JSON.stringify(config)));

async function ask(tenant: string, path: string): Promise<unknown> {
  return (await host.fetch(tenant, path)).json();
}

it("is called by a program whose manifest names it: in the worker, and in the main thread", async () => {
  await host.deploy(
    "reader",
    withConfig(program, { template: { words: ["red", "blue"] }, limits: { wallMs: 25_000 } }),
  );
  expect(await ask("reader", "/a-blue-and-green-house")).toEqual(["blue"]);
  expect(await ask("reader", "/wait")).toBe("reader");
});

it("grants a program nothing whose manifest does not name it", async () => {
  await host.deploy("stranger", program);
  expect(await ask("stranger", "/a-blue-house")).toEqual([]);
  expect(await ask("stranger", "/wait")).toBe("PLINTH_BINDING_CALL");
});

it("has its part of a manifest checked at the deploy", async () => {
  const refusal = (config: unknown) => host.deploy("sloppy", withConfig(program, { template: config }));
  await expect(refusal({ words: "red" })).rejects.toThrow(/template\.words is \\"red\\"; expected a list/);
  await expect(refusal({ words: ["dark blue"] })).rejects.toThrow(/template\.words\[0\] is \\"dark blue\\"/);
});

it("stands beside the bindings of the registry", async () => {
  const slim = slimComponent("export default { fetch: (_, env) => Response.json(Object.keys(env)) };");
  const kv = [{ binding: "PAGES", namespace: "pages" }];
  await host.deploy("slim", withConfig(slim, { vars: { A: 1 }, kv, template: { words: ["red"] } }));
  expect(await ask("slim", "/")).toEqual(["A", "PAGES"]);
});

it("is known to a host and a command line whose settings name its module", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-template-"));
  try {
    await writeFile(join(folder, "index.js"), "export default () => new Response('built');");
    const write = (words: string[]) =>
      writeFile(join(folder, "plinth.jsonc"), JSON.stringify({ name: "built", template: { words } }));
    await using other = await startTestHost({ workers: 1, bindingModules: [fileURLToPath(module)] });
    const env = {
      PLINTH_ADMIN: other.adminUrl,
      PLINTH_TOKEN: other.token,
      PLINTH_BINDING_MODULES: fileURLToPath(module),
    };
    await write(["red"]);
    expect(await runCommand(["deploy", folder], env)).toMatchObject({ code: 0, stderr: "" });
    expect(await (await other.fetch("built")).text()).toBe("built");
    await write(["dark blue"]);
    const refused = await runCommand(["build", folder], env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /PLINTH_MANIFEST_INVALID: .*plinth\.jsonc:1:\d+: template\.words\[0\] is "dark blue"/,
    );
    const unknown = await runCommand(["build", folder], { ...env, PLINTH_BINDING_MODULES: "" });
    expect(unknown.stderr).toContain("template is unknown");
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each([
  ["that is not there", undefined, /it does not load/],
  ["that throws", "throw new Error('no luck')", /it does not load \(no luck\)/],
  ["without a binding", "export default {};", /its default export is no binding/],
  ["whose name is taken", "export default { name: 'kv', schema: {} };", /a binding with the name kv already/],
])("a module %s is refused", async (name, text, reason) => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-template-"));
  try {
    const file = join(folder, `${name.replaceAll(" ", "-")}.js`);
    if (text !== undefined) await writeFile(file, text);
    const refusal = { code: "PLINTH_BINDING_MODULE", message: expect.stringMatching(reason) };
    await expect(startTestHost({ bindingModules: [file] })).rejects.toMatchObject(refusal);
    await writeFile(join(folder, "index.js"), "export default () => new Response();");
    await writeFile(join(folder, "plinth.jsonc"), "{}");
    const { code, stderr } = await runCommand(["build", folder], { PLINTH_BINDING_MODULES: file });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error PLINTH_BINDING_MODULE: /);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("is unknown to a host that is not given its module", async () => {
  await using other = await startTestHost({ workers: 1 });
  await expect(other.deploy("reader", withConfig(program, { template: { words: [] } }))).rejects.toThrow(
    /template is unknown/,
  );
  await expect(other.deploy("reader", program)).rejects.toThrow(/PLINTH_IMPORT_REFUSED.*plinth:template\/words/);
});
