/** Makes the error for a failed `go build`. It has Go's own words, and the reason behind them if Go does not say it. */
import { join, relative } from "node:path";
import { plinthError } from "../../host/errors.ts";
import { projectRules } from "./project/rules.ts";
import { goMessage, quoted, runGo, type Toolchain } from "./toolchain.ts";

/** Lines that the linker prints besides its errors when it lists its symbols. */
const noise = /^(# |go: downloading |slim: |HEADER = |build mode: |build id|\d+ (symbols|liveness)|[\d.]+ )/;
/** The message names at most this many programs, because more would hide the rest of the sentence. */
const MOST_PROGRAMS = 10;

type Go = Pick<Toolchain, "goroot" | "environment">;

/** The place and the form of a build. */
export interface Place {
  /** Folder of the package main. */
  folder: string;
  /** Folder of the go.mod in force for the package. */
  module: string;
  /** Folder with the copy of go.mod that the build uses. */
  work: string;
  tags: readonly string[];
}

/**
 * @param go the toolchain, with the user's GOWORK
 * @returns PlinthError PLINTH_BUILD_NO_ENTRY if the folder has no package main, else PLINTH_BUILD_FAILED
 */
export async function buildFailure(go: Go, place: Place, cause: unknown): Promise<Error> {
  const instead = await whatIsInstead(go, place);
  if (instead !== undefined) return missingProgram(go, place, instead);
  return plinthError("PLINTH_BUILD_FAILED", [await explain(go, place, cause)], { cause });
}

/** Makes PLINTH_BUILD_NO_ENTRY, with the folders of the module that have a package main. */
async function missingProgram(go: Go, place: Place, instead: string): Promise<Error> {
  const main = '{{if eq .Name "main"}}{{.Dir}}{{end}}';
  const programs = linesOf(await list(go, place, ["-f", main, "./..."], place.module)).map(shown);
  const more = programs.length > MOST_PROGRAMS ? ", ..." : "";
  const hint = `; give the folder of one: ${programs.slice(0, MOST_PROGRAMS).join(", ")}${more}`;
  return plinthError("PLINTH_BUILD_NO_ENTRY", [
    place.folder,
    `a package main (there is ${instead})${programs.length > 0 ? hint : ""}`,
    projectRules.advice,
  ]);
}

/** Describes a folder without a package main; undefined if it has a package main, or a package that may be meant as one. */
async function whatIsInstead(go: Go, place: Place): Promise<string | undefined> {
  const json = await list(go, place, ["-json=Name,InvalidGoFiles,IgnoredGoFiles", "."], place.folder);
  if (json === "") return undefined;
  const { Name, InvalidGoFiles, IgnoredGoFiles } = JSON.parse(json) as {
    Name?: string;
    InvalidGoFiles?: string[];
    IgnoredGoFiles?: string[];
  };
  if (Name === "main" || InvalidGoFiles !== undefined) return undefined;
  if (Name !== undefined) return `package ${Name}`;
  return IgnoredGoFiles === undefined
    ? "no Go file"
    : `no Go file that GOOS=wasip1 GOARCH=wasm and the tags let in: not ${IgnoredGoFiles.join(", ")}`;
}

/** Runs `go list` without the imports, because an import may be missing. Gives "" if go.mod is wrong, as Go tells. */
async function list(go: Go, { work, tags }: Place, args: readonly string[], folder: string): Promise<string> {
  const flags = ["-e", "-find", `-modfile=${join(work, "go.mod")}`, "-tags", tags.join(",")];
  return runGo(withoutWorkspace(go), ["list", ...flags, ...args], folder).then(
    ({ stdout }) => stdout,
    () => "",
  );
}

async function explain(go: Go, place: Place, error: unknown): Promise<string> {
  const lines = goMessage(error).split("\n");
  const kept = lines.filter((line) => line.trim() !== "" && !noise.test(line)).join("\n") || goMessage(error);
  const plain = kept.replace(/^\S.*[/\\]link(?:\.exe)?: (?:slim: )?/gm, "");
  const said = [plain.replaceAll(place.work, place.module)];
  const cgo = await packagesWithCgo(go, place);
  if (cgo.length > 0) said.push(`These packages use cgo, which WebAssembly does not have: ${cgo.join(", ")}`);
  said.push(...withoutCode(plain));
  return [...said, ...(await leftOutModules(go, place))].join("\n");
}

/** Advice about packages that have no code for WebAssembly, which Go reports by their folders in the module cache. */
function withoutCode(said: string): string[] {
  const folders = [...said.matchAll(/build constraints exclude all Go files in (\S+)/g)].map(([, folder]) =>
    folder!.replace(/^.*\/pkg\/mod\//, ""),
  );
  if (folders.length === 0) return [];
  const names = [...new Set(folders)].join(", ");
  return [
    `${names}: no code for GOOS=wasip1 GOARCH=wasm, for which Plinth builds. Use a package that has, or a build tag`,
  ];
}

/** Import paths of the program's dependencies that contain C. */
async function packagesWithCgo(go: Go, place: Place): Promise<string[]> {
  const { goroot, environment } = withoutWorkspace(go);
  const format = "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}";
  return packages({ goroot, environment: { ...environment, CGO_ENABLED: "1" } }, format, place);
}

/** Advice about modules that only the program's workspace provides, with one line for each. */
async function leftOutModules(go: Go, place: Place): Promise<string[]> {
  const { module } = place;
  const workspace = await runGo(go, ["env", "GOWORK"], module).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  if (workspace === "" || workspace === "off") return [];
  // The workspace's modules are on this machine, so none is fetched.
  const offline = { ...go, environment: { ...go.environment, GOPROXY: "off" } };
  const format = "{{with .Module}}{{if .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}";
  const used = new Map((await packages(offline, format, place)).map((line) => line.split("\t") as [string, string]));
  if (used.size === 0) return [];
  const own = JSON.parse((await runGo(go, ["mod", "edit", "-json"], module)).stdout) as {
    Replace: { Old: { Path: string } }[] | null;
  };
  const replaced = new Set(own.Replace?.map(({ Old }) => Old.Path));
  const edits = [...used]
    .filter(([path, at]) => at !== module && path !== "plinth.dev/sdk" && !replaced.has(path))
    .map(([path, at]) => `  go mod edit -require=${path}@v0.0.0 ${quoted(`-replace=${path}=${below(module, at)}`)}`);
  if (edits.length === 0) return [];
  return [
    `${workspace} is left out: the modules of a program are those of its own go.mod. Add those of the workspace, with`,
    ...edits,
    // This line comes last, because the message ends with a full stop, which a command must not get.
    `in ${module}`,
  ];
}

/** Lists a program's dependencies by `go list`. Gives nothing if go.mod itself is wrong, which Go has told already. */
async function packages(go: Go, format: string, { folder, tags }: Place): Promise<string[]> {
  return runGo(go, ["list", "-e", "-deps", "-tags", tags.join(","), "-f", format, "."], folder).then(
    ({ stdout }) => linesOf(stdout),
    () => [],
  );
}

function withoutWorkspace({ goroot, environment }: Go): Go {
  return { goroot, environment: { ...environment, GOWORK: "off" } };
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** The form in which a user gives a path to a command. */
function shown(folder: string): string {
  return below(process.cwd(), folder);
}

/** Makes a path begin with a dot, because Go takes a path without it for a module's. */
function below(base: string, folder: string): string {
  const path = relative(base, folder).replaceAll("\\", "/");
  return path.startsWith("..") ? path : path === "" ? "." : `./${path}`;
}
