/** Installs npm packages that a benchmark needs and Plinth does not, when they are first asked for, outside the clone. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, makeFolder } from "../../runtimes/cache.ts";

const run = promisify(execFile);

/**
 * @param packages with their versions: "autocannon@9.0.0"
 * @returns a folder from which they can be required
 * @throws Error with npm's last lines
 */
export async function installed(packages: readonly string[]): Promise<string> {
  const name = packages.join("+").replaceAll("/", "-");
  const folder = join(cacheFolder(), "bench", name);
  if (existsSync(folder)) return folder;
  await makeFolder(folder, async (work) => {
    await writeFile(join(work, "package.json"), JSON.stringify({ name: "plinth-bench", private: true }));
    const options = ["--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...options, ...packages], { cwd: work, timeout: 300_000 }).catch(
      (error: { stderr?: string; message: string }) => {
        const lines = (error.stderr || error.message).trim().split("\n");
        throw new Error(`npm could not install ${packages.join(", ")}: ${lines.slice(0, 3).join(" ")}`);
      },
    );
  });
  return folder;
}
