import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { excerptOf, type SourceFolders } from "./excerpt.ts";

let parent: string;
let folders: SourceFolders;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "plinth-excerpt-"));
  const folder = join(parent, "shop");
  await mkdir(join(folder, "node_modules/cart"), { recursive: true });
  const text = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`).join("\r\n");
  for (const file of ["index.js", "node_modules/cart/index.js", ".env", "../secret.js"]) {
    await writeFile(join(folder, file), text);
  }
  await symlink(join(parent, "secret.js"), join(folder, "link.js"));
  folders = { folder, source: join(folder, "index.js"), roots: [folder], ignored: ["node_modules"] };
});
afterAll(() => rm(parent, { recursive: true }));

const at = (file: string, line: number) => excerptOf({ file, line }, folders);

test("an excerpt has the lines around a place, as far as there are any", async () => {
  expect(await at("index.js", 10)).toEqual({
    file: "index.js",
    line: 10,
    first: 6,
    lines: [6, 7, 8, 9, 10, 11, 12, 13, 14].map((number) => `line ${number}`),
  });
  expect(await at(join(folders.folder, "index.js"), 1)).toMatchObject({ first: 1, lines: { length: 5 } });
  expect(await at("index.js", 20)).toMatchObject({ first: 16, lines: { length: 5 } });
  expect(await at("index.js", 21)).toBeNull();
});

test("a stack opens no file outside of the sources, and none of other people's code", async () => {
  for (const file of ["../secret.js", join(parent, "secret.js"), "link.js", ".env", "node_modules/cart/index.js"]) {
    expect([file, await at(file, 1)]).toEqual([file, null]);
  }
  expect(await at("missing.js", 1)).toBeNull();
});
