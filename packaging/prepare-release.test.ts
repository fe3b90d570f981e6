import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { git, prepareRelease, releaseFiles } from "./prepare-release.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "plinth-release-"));
  const versions = { name: "some", version: "0.9.0" };
  await writeFile(join(root, "package.json"), JSON.stringify(versions));
  const lock = { ...versions, lockfileVersion: 3, requires: true, packages: { "": versions } };
  await writeFile(join(root, "package-lock.json"), JSON.stringify(lock));
  await writeFile(join(root, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n- New.\n");
  git(root, "init", "--quiet");
  git(root, "add", ".");
  git(root, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "All");
});
afterEach(() => rm(root, { recursive: true }));

const json = async (name: string) => JSON.parse(await readFile(join(root, name), "utf8"));

test("the version stands in the files that a release commits, and in no other", async () => {
  prepareRelease(root, "0.10.0", "2026-02-03");
  expect((await json("package.json")).version).toBe("0.10.0");
  const lock = await json("package-lock.json");
  expect([lock.version, lock.packages[""].version]).toEqual(["0.10.0", "0.10.0"]);
  expect(await readFile(join(root, "CHANGELOG.md"), "utf8")).toContain(
    "## Unreleased\n\n## 0.10.0 (2026-02-03)\n\n- New.\n",
  );
  const changed = git(root, "diff", "--name-only").split("\n");
  expect(changed.toSorted()).toEqual([...releaseFiles].toSorted());
});

test.each(["1.0", "v1.0.0", "1.0.0-beta", "01.0.0", "0.9.0", "0.8.9"])("%s is refused", (version) => {
  expect(() => prepareRelease(root, version, "2026-02-03")).toThrow(/is no version|does not come after/);
  expect(git(root, "status", "--porcelain")).toBe("");
});

test("a clone with changes, and a version with a tag, are refused", async () => {
  git(root, "tag", "v1.0.0");
  expect(() => prepareRelease(root, "1.0.0", "2026-02-03")).toThrow("there is a tag v1.0.0 already");
  await writeFile(join(root, "new.ts"), "");
  expect(() => prepareRelease(root, "1.0.1", "2026-02-03")).toThrow("?? new.ts");
});
