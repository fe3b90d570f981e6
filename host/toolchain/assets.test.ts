import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assetsOfProject } from "./assets.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-project-"));
  await mkdir(join(folder, "public/css"), { recursive: true });
  await writeFile(join(folder, "public/index.html"), "home");
});
afterEach(() => rm(folder, { recursive: true }));

const assets = (directory: string) => assetsOfProject(folder, { assets: { directory } });
const fails = (message: RegExp) =>
  expect.objectContaining({ code: "PLINTH_ASSET_FOLDER", message: expect.stringMatching(message) });

test("the files of a folder, without those that are no part of a site", async () => {
  for (const file of ["css/main.css", ".env", ".git/config", "node_modules/x/index.js", ".well-known/security.txt"]) {
    await mkdir(join(folder, "public", file, ".."), { recursive: true });
    await writeFile(join(folder, "public", file), file);
  }
  const paths = (await assets("public"))!.map(({ path }) => path).toSorted();
  expect(paths).toEqual(["/.well-known/security.txt", "/css/main.css", "/index.html"]);
  expect(await assetsOfProject(folder, {})).toBeNull();
});

test("a name with an accent is the same on every machine", async () => {
  await writeFile(join(folder, "public", "gro\u0308\u00dfe.txt"), "x");
  expect((await assets("public"))!.map(({ path }) => path)).toContain("/gr\u00f6\u00dfe.txt");
});

test.each([
  ["..", /outside/],
  ["/", /is no folder|outside|project's folder itself/],
  [".", /project's folder itself/],
  ["public/index.html", /no folder/],
  ["none", /no folder/],
  ["public/css", /has no files/],
])("the folder %s is refused", async (directory, message) => {
  await expect(assets(directory)).rejects.toThrow(fails(message));
});

test("symbolic links are refused: of files, of folders, and the folder itself", async () => {
  await symlink("/etc", join(folder, "link"));
  await expect(assets("link")).rejects.toThrow(fails(/no folder/));
  await expect(assets("link/ssl")).rejects.toThrow(fails(/outside|no folder/));
  for (const target of ["/etc/hostname", "/etc"]) {
    await symlink(target, join(folder, "public/link"));
    await expect(assets("public")).rejects.toThrow(fails(/symbolic link/));
    await rm(join(folder, "public/link"));
  }
});

test.skipIf(process.platform !== "linux")("a name that is not UTF-8 is refused", async () => {
  await writeFile(Buffer.concat([Buffer.from(join(folder, "public/x")), Buffer.from([0xff])]), "x");
  await expect(assets("public")).rejects.toMatchObject({ code: "PLINTH_ASSET_PATH" });
});
