/** Tells which folders are programs in Python. */
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProjectRules } from "../../project.ts";
import { dataProfile, type Profile } from "../profile.ts";

/** The module that has the handler. */
export const MAIN = "main.py";

/** Folder of the packages that the program brings along: `pip install --target python_modules -r requirements.txt`. */
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

const advice = `A Python project has ${MAIN} in its folder`;

const webRules: ProjectRules = {
  program: "a folder with main.py",
  entryFile: false,
  tried: `${MAIN} for Python`,
  advice,
  ignored: [...ignoredFolders],
  isSource: (name) => name.endsWith(".py"),
  claim: (folder, names) => (names.includes(MAIN) && !usesData(folder) ? { by: MAIN } : undefined),
  hint: (_, names) =>
    names.some((name) => name.endsWith(".py"))
      ? `; the folder has .py files: name the one with the handler ${MAIN}`
      : undefined,
  nameOf: projectName,
};

// The hint is in the rules of one language only, so that it is told once.
const { hint: _, ...shared } = webRules;

const dataRules: ProjectRules = {
  ...shared,
  tried: `${MAIN} that imports numpy or pandas`,
  advice: `${advice}, and imports numpy or pandas where it needs them`,
  claim: (folder, names) => (names.includes(MAIN) && usesData(folder) ? { by: MAIN } : undefined),
};
export function rulesFor(profile: Profile): ProjectRules {
  return profile === dataProfile ? dataRules : webRules;
}

/** Whether a source of the project imports numpy or pandas. */
function usesData(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return !entry.name.startsWith(".") && !ignoredFolders.has(entry.name) && usesData(path);
    return entry.name.endsWith(".py") && /^\s*(import|from)\s+(numpy|pandas)\b/m.test(readFileSync(path, "utf8"));
  });
}

async function projectName(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "pyproject.toml"), "utf8").catch(() => "");
  return /^\[project\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(text)?.[1];
}
