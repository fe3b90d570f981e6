/** What to tell the user when `go build` fails: Go's own words, and the reason behind them where it does not say it. */
import { join, relative } from "node:path";
import { plinthError } from "../../host/errors.ts";
import { projectRules } from "./project/rules.ts";
import { goMessage, quoted, runGo, type Toolchain } from "./toolchain.ts";

/** What the linker prints beside its errors when it lists what it emits. */
const noise = /^(# |go: downloading |slim: |HEADER = |build mode: |build id|\d+ (symbols|liveness)|[\d.]+ )/;
/** More would hide the rest of the sentence. */
const MOST_PROGRAMS = 10;

type Go = Pick<Toolchain, "goroot" | "environment">;

/** What was to be built, and how. */
export interface Place {
  /** Of the package main. */
  folder: string;
  /** With the go.mod that is in force there. */
  module: string;
  /** Where our form of it lies. */
  work: string;
  tags: readonly string[];
}

/**
 * @param go with the user's GOWORK
 * @returns PlinthError PLINTH_BUILD_NO_ENTRY, where the folder has no package main, or PLINTH_BUILD_FAILED
 */
export async function buildFailure(go: Go, place: Place, cause: unknown): Promise<Error> {
  const instead = await whatIsInstead(go, place);
  if (instead !== undefined) return missingProgram(go, place, instead);
  return plinthError("PLINTH_BUILD_FAILED", [await explain(go, place, cause)], { cause });
}

/** PLINTH_BUILD_NO_ENTRY, with the folders of the module that have a package main. */
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

/** What the folder has that is no package main; undefined where it has one, or what may have been meant as one. */
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

/** `go list` without the packages that are imported, which may be what is missing; "" where go.mod is wrong: Go says so. */
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
  return [...said, ...(await leftOutModules(go, place))].join("\n");
}

/** Import paths of packages that the program needs and that have C in them. */
async function packagesWithCgo(go: Go, place: Place): Promise<string[]> {
  const { goroot, environment } = withoutWorkspace(go);
  const format = "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}";
  return packages({ goroot, environment: { ...environment, CGO_ENABLED: "1" } }, format, place);
}

/** What to do about modules that the program has from its workspace alone, a line each. */
async function leftOutModules(go: Go, place: Place): Promise<string[]> {
  const { module } = place;
  const workspace = await runGo(go, ["env", "GOWORK"], module).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  if (workspace === "" || workspace === "off") return [];
  // No module is fetched for this: those of the workspace are here.
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
    // Last, as the message goes on after it, and a command would have the full stop.
    `in ${module}`,
  ];
}

/** What `go list` says of the packages that a program needs; nothing where go.mod itself is wrong: Go has said so. */
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

/** As one would give it to a command. */
function shown(folder: string): string {
  return below(process.cwd(), folder);
}

/** A path that begins with a dot: without it Go takes it for a module's. */
function below(base: string, folder: string): string {
  const path = relative(base, folder).replaceAll("\\", "/");
  return path.startsWith("..") ? path : path === "" ? "." : `./${path}`;
}
