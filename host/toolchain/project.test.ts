import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { language as javascript } from "../../runtimes/js/language.ts";
import { builtIn } from "../../runtimes/registry.ts";
import { readConfig } from "../manifest/read-config.ts";
import { buildProject } from "./build-project.ts";
import { readProject } from "./project.ts";

let root: string;
let folder: string;
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "plinth-project-"));
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => {
  folder = join(root, String(folders++));
  await mkdir(join(folder, "app"), { recursive: true });
  await writeFile(join(folder, "app", "start.js"), "export default () => new Response('started');");
});

const write = (manifest: unknown) => writeFile(join(folder, "plinth.jsonc"), JSON.stringify(manifest));
/** A limit above the size of every manifest in this file. */
const LIMIT = 10_000;

test("the manifest says where the program is, and its run-time part goes into the component", async () => {
  await write({ name: "shop", main: "app/start.js", vars: { A: [1, "two"] }, routes: ["shop.example"] });
  const project = await readProject(folder, builtIn);
  expect(project).toMatchObject({ folder, source: join(folder, "app", "start.js"), language: javascript });
  const { component, sizes } = await buildProject(folder);
  expect(readConfig(component, LIMIT)).toEqual({ vars: { A: [1, "two"] } });
  expect(sizes.component).toBe(component.length);
});

test("an entry file counts before main, with the manifest beside it; a language before the look of the files", async () => {
  await write({ main: "nowhere.js", vars: { B: true } });
  await writeFile(join(folder, "other.js"), "export default () => new Response('other');");
  expect(await readProject(join(folder, "other.js"), builtIn)).toMatchObject({
    folder,
    source: join(folder, "other.js"),
  });
  expect(readConfig((await buildProject(join(folder, "other.js"))).component, LIMIT)).toEqual({ vars: { B: true } });

  await write({ runtime: "js" });
  await writeFile(join(folder, "go.mod"), "module example.com/both\n");
  await writeFile(join(folder, "package.json"), "{}");
  expect((await readProject(folder, builtIn)).language.name).toBe("js");
  expect((await readProject(folder, builtIn, builtIn.get("go"))).language.name).toBe("go");
});

test("without a manifest a program is built as it is", async () => {
  await writeFile(join(folder, "index.js"), "export default () => new Response('plain');");
  expect(await readProject(folder, builtIn)).toMatchObject({ source: folder, manifest: null });
  expect(readConfig((await buildProject(folder)).component, LIMIT)).toEqual({});
});

test("a main that is not there, and a mistake in the manifest", async () => {
  await write({ main: "gone.ts" });
  await expect(readProject(folder, builtIn)).rejects.toMatchObject({
    code: "PLINTH_MANIFEST_INVALID",
    message: expect.stringMatching(/plinth\.jsonc: main is "gone\.ts", which is not there/),
  });
  await write({ mian: "app/start.js" });
  await expect(readProject(folder, builtIn)).rejects.toMatchObject({
    code: "PLINTH_MANIFEST_INVALID",
    message: expect.stringContaining('did you mean "main"'),
  });
});
