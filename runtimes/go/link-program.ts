/** Links a Go program against a base. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseCoreModule } from "../../host/component/read/core-module.ts";
import { withoutCustomSections } from "../../host/component/write/rewrite-exports.ts";
import { plinthError } from "../../host/errors.ts";
import { LAYOUT_SECTION } from "./app-module.ts";
import { buildFailure, type Place } from "./build-failure.ts";
import { goModuleOf } from "./project/module-folder.ts";
import { projectRules } from "./project/rules.ts";
import { registersInMemory } from "./registers.ts";
import { quoted, runGo, type Toolchain } from "./toolchain.ts";

/** The build tag under which the SDK's shared form is compiled, in base and programs alike. */
export const buildTag = "plinth";

const sdkModule = "plinth.dev/sdk";
const sdkVersion = "v0.0.0";
const sdkFolder = join(import.meta.dirname, "sdk");

export interface LinkOptions {
  /** Build tags, besides Plinth's own. */
  tags?: readonly string[];
  /** Linker flags that set the program's variables, such as `-X main.version=1.2.3`. */
  ldflags?: string;
}

export interface GoSymbol {
  kind: "code" | "data";
  name: string;
  /** Size, bytes. A function counts with its body and without its entries in tables. */
  bytes: number;
}

export interface LinkedProgram {
  module: Uint8Array<ArrayBuffer>;
  /** The parts of the module, the biggest first. */
  symbols: GoSymbol[];
}

/**
 * @param symbolTable file with the base's symbol table
 * @param folder folder of the program's package main; go.mod is there or above
 * @throws PlinthError PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED
 */
export async function linkProgram(
  toolchain: Toolchain,
  symbolTable: string,
  folder: string,
  { tags = [], ldflags = "" }: LinkOptions = {},
): Promise<LinkedProgram> {
  // -v makes the linker list its symbols.
  const { bytes, stderr } = await goBuild(toolchain, folder, {
    args: toolchain.buildFlags,
    tags: [buildTag, ...tags],
    linkerFlags: [ldflags, "-v", quoted(`-slimbase=${symbolTable}`)],
  });
  const module = finishProgram(bytes);
  return { module, symbols: parseReport(stderr, module) };
}

/** Turns the linker's output into the module for the upload. */
export function finishProgram(module: Uint8Array): Uint8Array<ArrayBuffer> {
  return registersInMemory(withoutCustomSections(module, new Set([LAYOUT_SECTION])));
}

/**
 * Links the same program statically with the unchanged toolchain. Its size shows the cost of a program without a shared
 * base. It is a WASI command that answers one request by CGI, and the host can run it.
 *
 * @throws as `linkProgram`
 */
export async function linkStaticProgram(
  toolchain: Toolchain,
  folder: string,
  options: LinkOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return (await goBuild(toolchain, folder, staticBuild(options))).bytes;
}

/**
 * Links the same program as a library whose functions the host calls. This is the core module of a static component.
 *
 * @param options include the tag for the SDK's form
 * @throws as `linkProgram`
 */
export async function linkStaticModule(
  toolchain: Toolchain,
  folder: string,
  options: LinkOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const files = new Map([["plinth_entry.go", setMain]]);
  return (await goBuild(toolchain, folder, { ...staticBuild(options), args: ["-buildmode=c-shared"], files })).bytes;
}

function staticBuild({ tags = [], ldflags = "" }: LinkOptions) {
  return { args: [], tags, linkerFlags: [ldflags] };
}

/** Go runs the package variables and the init functions of a library, but not its main function. */
const setMain = `package main

import "plinth.dev/sdk/guest"

func init() { guest.SetMain(main) }
`;

interface GoBuild {
  args: readonly string[];
  tags: readonly string[];
  linkerFlags: readonly string[];
  /** Texts of Go files besides the folder's own, by name. */
  files?: ReadonlyMap<string, string>;
}

async function goBuild(
  toolchain: Toolchain,
  folder: string,
  { args, tags, linkerFlags, files = new Map() }: GoBuild,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; stderr: string }> {
  const module = goModuleOf(folder);
  if (module === undefined)
    throw plinthError("PLINTH_BUILD_NO_ENTRY", [folder, "go.mod, there and above", projectRules.advice]);
  const go = { ...toolchain, environment: { ...toolchain.environment, GOWORK: "off" } };
  const work = mkdtempSync(join(tmpdir(), "plinth-go-"));
  const place: Place = { folder, module, work, tags };
  const failed = async (error: unknown) => {
    throw await buildFailure(toolchain, place, error);
  };
  try {
    const modfile = join(work, "go.mod");
    await runGo(go, [...copyModfile(module, modfile), modfile], module).catch(failed);
    const output = join(work, "program.wasm");
    const common = [
      ...addFiles(folder, files, work),
      `-modfile=${modfile}`,
      "-buildvcs=false",
      "-pgo=off",
      "-o",
      output,
    ];
    const ldflags = ["-s", "-w", "-buildid=", ...linkerFlags].join(" ");
    const command = ["build", ...args, "-tags", tags.join(","), ...common, `-ldflags=${ldflags}`, "."];
    const { stderr } = await runGo(go, command, folder).catch(failed);
    const bytes = existsSync(output) ? new Uint8Array(readFileSync(output)) : new Uint8Array();
    // For a package that is no program, `go build` makes an archive.
    if (bytes[0] !== 0) await failed(new Error("go build made no program"));
    return { bytes, stderr };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Arguments that make `go build` see extra files in a folder. */
function addFiles(folder: string, files: ReadonlyMap<string, string>, work: string): string[] {
  if (files.size === 0) return [];
  const replace: Record<string, string> = {};
  for (const [name, text] of files) {
    const file = join(work, name);
    writeFileSync(file, text);
    replace[join(resolve(folder), name)] = file;
  }
  const overlay = join(work, "overlay.json");
  writeFileSync(overlay, JSON.stringify({ Replace: replace }));
  return ["-overlay", overlay];
}

/**
 * Copies the program's go.mod with the go.sum beside it. The program's own files stay as they are.
 *
 * @returns arguments that make `go` use the copy, which names the SDK of the base. Another version of the SDK would not fit
 *   the base.
 */
function copyModfile(module: string, modfile: string): string[] {
  const text = readFileSync(join(module, "go.mod"), "utf8");
  requireGoLine(text);
  writeFileSync(modfile, text);
  if (existsSync(join(module, "go.sum"))) copyFileSync(join(module, "go.sum"), join(dirname(modfile), "go.sum"));
  const versions = [...text.matchAll(/plinth\.dev\/sdk[ \t]+(v\S+)[ \t]+=>/g)].map((match) => match[1]);
  return [
    "mod",
    "edit",
    ...versions.map((version) => `-dropreplace=${sdkModule}@${version}`),
    `-require=${sdkModule}@${sdkVersion}`,
    `-replace=${sdkModule}=${sdkFolder}`,
  ];
}

/** Without this, Go would ask for `go mod tidy`, which cannot find the SDK. */
function requireGoLine(modfile: string): void {
  const versionOf = (text: string) => /^go[ \t]+(\d+\.\d+)/m.exec(text)?.[1] ?? "1.16";
  const [own, needed] = [versionOf(modfile), versionOf(readFileSync(join(sdkFolder, "go.mod"), "utf8"))];
  if (Number(own.slice(2)) >= Number(needed.slice(2))) return;
  const reason = `go.mod says go ${own}, and the SDK needs go ${needed}: run go mod edit -go=${needed}`;
  throw plinthError("PLINTH_BUILD_FAILED", [reason]);
}

/** Reads the linker's lines: `slim: text main.main` for a function, in the module's order, `slim: data 123 main.table`. */
function parseReport(text: string, module: Uint8Array): GoSymbol[] {
  const bodies = parseCoreModule(module).bodies.values();
  const symbols: GoSymbol[] = [];
  for (const [, bytes, name] of text.matchAll(/^slim: (?:text|data (\d+)) (.*)$/gm)) {
    if (bytes === undefined) {
      const { start, end } = bodies.next().value!;
      symbols.push({ kind: "code", name: name!, bytes: end - start });
    } else {
      symbols.push({ kind: "data", name: name!, bytes: Number(bytes) });
    }
  }
  return symbols.sort((a, b) => b.bytes - a.bytes);
}
