/**
 * Makes a release (docs/contributing/release.md): sets the version, packs, tries the package, commits and tags. Nothing is
 * pushed or published.
 *
 *   npm run release -- X.Y.Z
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { git, prepareRelease, releaseFiles } from "./prepare-release.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const version = process.argv[2] ?? "";

try {
  prepareRelease(root, version, new Date().toISOString().slice(0, 10));
  try {
    run("packaging/main.ts");
    run("node_modules/vitest/vitest.mjs", "run", "test/package.test.ts");
    git(root, "commit", "--quiet", "-m", `Release ${version}`, "--", ...releaseFiles);
  } catch (error) {
    git(root, "restore", "--staged", "--worktree", "--", ...releaseFiles);
    throw error;
  }
  git(root, "tag", "--annotate", `v${version}`, "-m", `Plinth ${version}`);
  console.log(`Plinth ${version} is committed and tagged, and dist/plinth.tgz is its package. Next:`);
  console.log(`  git push origin HEAD v${version}`);
} catch (error) {
  console.error(`No release: ${(error as Error).message}`);
  process.exitCode = 1;
}

/** Runs a file of the clone with this Node. Its output is shown. @throws Error if it fails */
function run(file: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(root, file), ...args], { cwd: root, stdio: "inherit" });
}
