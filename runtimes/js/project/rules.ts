/** Tells which folders and files are projects in JavaScript or TypeScript. */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ProjectRules } from "../../project.ts";

const script = /\.[cm]?[jt]sx?$/;
/** The names that the bundler looks for without package.json; see ../bundle.ts. */
const entry = /^(index|worker)\.m?[jt]sx?$/;

export const projectRules: ProjectRules = {
  program: "an entry file",
  entryFile: true,
  tried: "package.json and index or src/index (.ts, .js, ...) for JavaScript",
  advice: "A JavaScript project names its entry in package.json's main",
  ignored: ["node_modules"],
  isSource: (name) => script.test(name),
  claim(folder, names) {
    const by = scriptOf(folder, names);
    return by === undefined ? undefined : { by };
  },
  nameOf: packageName,
};

function scriptOf(folder: string, names: readonly string[]): string | undefined {
  if (names.includes("package.json")) return "package.json";
  const found = names.find((name) => entry.test(name));
  if (found !== undefined || !existsSync(join(folder, "src"))) return found;
  const nested = readdirSync(join(folder, "src")).find((name) => entry.test(name));
  return nested && `src/${nested}`;
}

async function packageName(folder: string): Promise<string | undefined> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { name?: unknown };
    return typeof name === "string" && name !== "" ? basename(name) : undefined;
  } catch {
    return undefined;
  }
}
