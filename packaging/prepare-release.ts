/** The files that a release changes, and the conditions under which there is one. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { releasedChangelog } from "./changelog.ts";

/** What a release commits. */
export const releaseFiles = ["package.json", "package-lock.json", "CHANGELOG.md"] as const;

/** @throws Error with git's message */
export function git(root: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/**
 * Sets the version, and moves what is unreleased in CHANGELOG.md under it.
 *
 * @param root a clone without changes
 * @param date YYYY-MM-DD
 * @throws Error if there can be no such release; then no file is changed
 */
export function prepareRelease(root: string, version: string, date: string): void {
  if (!/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(version))
    throw new Error(`"${version}" is no version; expected X.Y.Z`);
  const changed = git(root, "status", "--porcelain");
  if (changed !== "") throw new Error(`the clone has changes; commit or stash them first:\n${changed}`);
  if (git(root, "tag", "--list", `v${version}`) !== "") throw new Error(`there is a tag v${version} already`);
  const { version: last } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  if (version.localeCompare(last, "en", { numeric: true }) <= 0)
    throw new Error(`${version} does not come after ${last}, the version of package.json`);
  const file = join(root, "CHANGELOG.md");
  const changelog = releasedChangelog(readFileSync(file, "utf8"), version, date);
  execFileSync("npm", ["version", version, "--no-git-tag-version", "--ignore-scripts"], { cwd: root, stdio: "pipe" });
  writeFileSync(file, changelog);
}
