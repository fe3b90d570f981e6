/** Tells which folders are programs in Go. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ProjectRules } from "../../project.ts";
import { goModuleOf } from "./module-folder.ts";

export const projectRules: ProjectRules = {
  program: "a folder of a package main",
  entryFile: false,
  tried: "go.mod for Go, there and above",
  advice: "A Go project has a package main in its folder, and go.mod there or above",
  isSource: (name) => isGoFile(name) || name === "go.mod",
  claim(folder, names) {
    if (goModuleOf(folder) === undefined) return undefined;
    const by = names.includes("go.mod") ? "go.mod" : programOf(folder, names);
    // The folder is no program, but the go command knows the module and can say where its programs are.
    return by === undefined ? { by: "go.mod above", weak: true } : { by };
  },
  // This is the usual slip, with the usual remedy.
  hint: (_, names) =>
    names.some(isGoFile) ? "; the folder has .go files: run go mod init at the root of their project" : undefined,
  nameOf: moduleName,
  watched(source) {
    // Any package of the module may be imported.
    const module = goModuleOf(source);
    return module === undefined ? [] : [module];
  },
};

function isGoFile(name: string): boolean {
  return name.endsWith(".go");
}

/** Whether a file belongs to a package main, which makes its folder a program. */
function programOf(folder: string, names: readonly string[]): string | undefined {
  const sources = names.filter((name) => isGoFile(name) && !name.endsWith("_test.go"));
  return sources.find((name) => /^package[ \t]+main\b/m.test(readFileSync(join(folder, name), "utf8")));
}

async function moduleName(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "go.mod"), "utf8").catch(() => "");
  // The last part of "example.com/shop/v2" is its major version: https://go.dev/ref/mod#major-version-suffixes
  const path = /^module\s+"?([^\s"]+)/m.exec(text)?.[1]?.replace(/\/v[0-9]+$/, "");
  return path && basename(path);
}
