/** Links a Go program against a base. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseCoreModule } from "../../host/component/core-module.ts";
import { LAYOUT_SECTION } from "../../host/component/go-app-module.ts";
import { withoutCustomSections } from "../../host/component/rewrite-exports.ts";
import { plinthError } from "../../host/errors.ts";
import { explainFailure } from "./build-failure.ts";
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
  /** For variables of the program: `-X main.version=1.2.3`. */
  ldflags?: string;
}

export interface GoSymbol {
  kind: "code" | "data";
  name: string;
  /** Of a function its body, without what is written about it in tables. */
  bytes: number;
}

export interface LinkedProgram {
  module: Uint8Array<ArrayBuffer>;
  /** What the module is made of, the biggest first. */
  symbols: GoSymbol[];
}

/**
 * @param symbolTable file of the base's
 * @param folder with the program's go.mod and package main
 * @throws PlinthError PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED
 */
export async function linkProgram(
  toolchain: Toolchain,
  symbolTable: string,
  folder: string,
  { tags = [], ldflags = "" }: LinkOptions = {},
): Promise<LinkedProgram> {
  // -v has the linker list what it emits.
  const { bytes, stderr } = await goBuild(toolchain, folder, {
    args: [...toolchain.buildFlags, "-tags", [buildTag, ...tags].join(",")],
    linkerFlags: [ldflags, "-v", quoted(`-slimbase=${symbolTable}`)],
  });
  const module = finishProgram(bytes);
  return { module, symbols: parseReport(stderr, module) };
}

/** What the linker has written, as it is uploaded. */
export function finishProgram(module: Uint8Array): Uint8Array<ArrayBuffer> {
  return registersInMemory(withoutCustomSections(module, new Set([LAYOUT_SECTION])));
}

/**
 * The same program with everything inside, from the toolchain as it is: what it would take without a base to share. It is a
 * WASI command that answers one request by CGI, and runs on the host as that.
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
 * The same as a library whose functions the host calls: the core module of a static component.
 *
 * @param options with the tag for which the SDK is to be compiled
 * @throws as `linkProgram`
 */
export async function linkStaticModule(
  toolchain: Toolchain,
  folder: string,
  options: LinkOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { args, linkerFlags } = staticBuild(options);
  const files = new Map([["plinth_entry.go", setMain]]);
  return (await goBuild(toolchain, folder, { args: [...args, "-buildmode=c-shared"], linkerFlags, files })).bytes;
}

function staticBuild({ tags = [], ldflags = "" }: LinkOptions) {
  return { args: ["-tags", tags.join(",")], linkerFlags: [ldflags] };
}

/** Go runs the package variables and the init functions of a library, but not its main function. */
const setMain = `package main

import "plinth.dev/sdk/guest"

func init() { guest.SetMain(main) }
`;

interface GoBuild {
  args: readonly string[];
  linkerFlags: readonly string[];
  /** Go files besides those in the folder: name to text. */
  files?: ReadonlyMap<string, string>;
}

async function goBuild(
  toolchain: Toolchain,
  folder: string,
  { args, linkerFlags, files = new Map() }: GoBuild,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; stderr: string }> {
  if (!existsSync(join(folder, "go.mod"))) throw plinthError("PLINTH_BUILD_NO_ENTRY", [folder, "go.mod"]);
  const go = { ...toolchain, environment: { ...toolchain.environment, GOWORK: "off" } };
  const work = mkdtempSync(join(tmpdir(), "plinth-go-"));
  try {
    const modfile = await writeModfile(go, folder, work);
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
    const names = [[work, folder]] as const;
    const { stderr } = await runGo(go, ["build", ...args, ...common, `-ldflags=${ldflags}`, "."], folder).catch(
      async (error: unknown) => {
        throw plinthError("PLINTH_BUILD_FAILED", [await explainFailure(go, folder, error, names)], {
          cause: error,
        });
      },
    );
    const bytes = existsSync(output) ? new Uint8Array(readFileSync(output)) : new Uint8Array();
    // `go build` makes an archive of a package that is no program.
    if (bytes[0] !== 0) throw plinthError("PLINTH_BUILD_NO_ENTRY", [folder, "a package main"]);
    return { bytes, stderr };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Arguments for `go build` that let it see files in a folder that are not there. */
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
 * A copy of the program's go.mod in which the SDK is the one that the base was built with; any other would not fit it. The
 * program's own file stays as it is.
 */
async function writeModfile(toolchain: Toolchain, folder: string, work: string): Promise<string> {
  const modfile = join(work, "go.mod");
  const text = readFileSync(join(folder, "go.mod"), "utf8");
  requireGoLine(text);
  writeFileSync(modfile, text);
  if (existsSync(join(folder, "go.sum"))) copyFileSync(join(folder, "go.sum"), join(work, "go.sum"));
  const versions = [...text.matchAll(/plinth\.dev\/sdk[ \t]+(v\S+)[ \t]+=>/g)].map((match) => match[1]);
  const edits = [
    ...versions.map((version) => `-dropreplace=${sdkModule}@${version}`),
    `-require=${sdkModule}@${sdkVersion}`,
    `-replace=${sdkModule}=${sdkFolder}`,
  ];
  await runGo(toolchain, ["mod", "edit", ...edits, modfile], folder).catch(async (error: unknown) => {
    throw plinthError("PLINTH_BUILD_FAILED", [await explainFailure(toolchain, folder, error, [[work, folder]])], {
      cause: error,
    });
  });
  return modfile;
}

/** Go would ask for `go mod tidy`, which cannot find the SDK. */
function requireGoLine(modfile: string): void {
  const versionOf = (text: string) => /^go[ \t]+(\d+\.\d+)/m.exec(text)?.[1] ?? "1.16";
  const [own, needed] = [versionOf(modfile), versionOf(readFileSync(join(sdkFolder, "go.mod"), "utf8"))];
  if (Number(own.slice(2)) >= Number(needed.slice(2))) return;
  const reason = `go.mod says go ${own}, and the SDK needs go ${needed}: run go mod edit -go=${needed}`;
  throw plinthError("PLINTH_BUILD_FAILED", [reason]);
}

/** Lines of the linker's: `slim: text main.main` for each function in the module's order, `slim: data 123 main.table`. */
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
