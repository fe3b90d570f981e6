/** Which language a project is in, by what lies in its folder. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { plinthError } from "../errors.ts";
import { goModuleOf } from "./go-module.ts";

export const languages = ["go", "js"] as const;

/** "js" stands for TypeScript, too. */
export type Language = (typeof languages)[number];

const script = /\.[cm]?[jt]sx?$/;
/** Without package.json: the names that `plinth build` looks for; see runtimes/js/bundle.ts. */
const entry = /^(index|worker)\.m?[jt]sx?$/;

/**
 * @param path a folder, or a JavaScript or TypeScript file
 * @throws PLINTH_BUILD_LANGUAGE where it could be either, PLINTH_BUILD_NO_ENTRY where it is neither
 */
export function detectLanguage(path: string): Language {
  if (!statSync(path).isDirectory()) return languageOfFile(path);
  const names = readdirSync(path);
  const found = scriptsOf(path, names);
  const inModule = goModuleOf(path) !== undefined;
  const own = names.includes("go.mod") ? "go.mod" : inModule ? programOf(path, names) : undefined;
  if (own !== undefined && found !== undefined)
    throw plinthError("PLINTH_BUILD_LANGUAGE", [path, `${own} and ${found}`]);
  if (own !== undefined) return "go";
  if (found !== undefined) return "js";
  // Not a program by itself, but the go command knows the module, and can say where its programs are.
  if (inModule && !names.some((name) => script.test(name))) return "go";
  const tried = "package.json and index or src/index (.ts, .js, ...) for JavaScript, go.mod for Go, there and above";
  // The usual slip, with the usual way out of it.
  const hint = names.some(isGoFile) ? "; the folder has .go files: run go mod init at the root of their project" : "";
  throw plinthError("PLINTH_BUILD_NO_ENTRY", [path, tried + hint]);
}

function isGoFile(name: string): boolean {
  return name.endsWith(".go");
}

/** A file of a package main, for which the folder is a program. */
function programOf(folder: string, names: readonly string[]): string | undefined {
  const sources = names.filter((name) => isGoFile(name) && !name.endsWith("_test.go"));
  return sources.find((name) => /^package[ \t]+main\b/m.test(readFileSync(join(folder, name), "utf8")));
}

function languageOfFile(file: string): Language {
  if (script.test(file)) return "js";
  const isGo = file.endsWith(".go") || basename(file) === "go.mod";
  const tried = isGo
    ? `a file of JavaScript or TypeScript; Go is built by the folder: ${dirname(file)}`
    : "its extension";
  throw plinthError("PLINTH_BUILD_NO_ENTRY", [file, tried]);
}

function scriptsOf(folder: string, names: readonly string[]): string | undefined {
  if (names.includes("package.json")) return "package.json";
  const found = names.find((name) => entry.test(name));
  if (found !== undefined || !existsSync(join(folder, "src"))) return found;
  const nested = readdirSync(join(folder, "src")).find((name) => entry.test(name));
  return nested && `src/${nested}`;
}
