import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GlueFolder } from "./glue-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-glue-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("glue that was put is found, by another process too, and nothing else is in the folder", async () => {
  const first = new GlueFolder(folder);
  await first.put("abc", "one");
  expect(await first.get("abc")).toBe("one");
  expect(await new GlueFolder(folder).get("abc")).toBe("one");
  expect(await readdir(folder)).toEqual(["abc.cjs"]);
});

test("glue that is not there is none, until it is put", async () => {
  const glue = new GlueFolder(folder);
  expect(await glue.get("abc")).toBeUndefined();
  await new GlueFolder(folder).put("abc", "one");
  expect(await glue.get("abc")).toBe("one");
});

test("a damaged file is as good as none, and so is one of before there was a hash in it", async () => {
  const file = join(folder, "abc.cjs");
  await new GlueFolder(folder).put("abc", "let one;");
  const whole = await readFile(file, "utf8");
  for (const text of [whole.replace("one", "two"), whole.slice(0, -1), `${whole} `, "let one;", ""]) {
    await writeFile(file, text);
    expect(await new GlueFolder(folder).get("abc")).toBeUndefined();
  }
  await writeFile(file, whole);
  expect(await new GlueFolder(folder).get("abc")).toBe("let one;");
});
