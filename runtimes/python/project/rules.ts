/** Tells which folders are programs in Python. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProjectRules } from "../../project.ts";

/** The module that has the handler. */
export const MAIN = "main.py";

/** Packages that the program brings along: `pip install --target python_modules -r requirements.txt`. */
export const vendorFolder = "python_modules";

/** Folders within a project that hold no sources of the program. */
export const ignoredFolders: ReadonlySet<string> = new Set([
  vendorFolder,
  "__pycache__",
  "venv",
  "node_modules",
  "tests",
  "dist",
]);

export const projectRules: ProjectRules = {
  program: "a folder with main.py",
  entryFile: false,
  tried: `${MAIN} for Python`,
  advice: `A Python project has ${MAIN} in its folder`,
  ignored: [...ignoredFolders],
  isSource: (name) => name.endsWith(".py"),
  claim: (_, names) => (names.includes(MAIN) ? { by: MAIN } : undefined),
  hint: (_, names) =>
    names.some((name) => name.endsWith(".py"))
      ? `; the folder has .py files: name the one with the handler ${MAIN}`
      : undefined,
  nameOf: projectName,
};

async function projectName(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "pyproject.toml"), "utf8").catch(() => "");
  return /^\[project\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(text)?.[1];
}
