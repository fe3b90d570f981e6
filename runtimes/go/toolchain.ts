/** The user's Go, with Plinth's linker beside it. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { plinthError } from "../../host/errors.ts";
import { cacheFolder, makeFolder } from "../cache.ts";
import { hashOfSources, patchedSources, supportedVersions } from "./linker/sources.ts";

const run = promisify(execFile);

export interface GoVersion {
  /** Version such as "1.26.8", as in a runtime's version. */
  version: string;
  /** Minor version such as "1.26". */
  minor: string;
}

export interface Toolchain extends GoVersion {
  goroot: string;
  /** A hash that changes with the sources of Plinth's linker and runtime files. */
  hash: string;
  /** Folder in the cache for everything that is built for this toolchain. */
  folder: string;
  /** Arguments for `go build` that replace the toolchain's linker and runtime files by Plinth's. */
  buildFlags: readonly string[];
  /** Variables for every `go build`. Base and programs are linked together, so they must be built alike. */
  environment: NodeJS.ProcessEnv;
}

export interface ToolchainOptions {
  /** The environment in which `go` is found and run. The default is this process's. */
  environment?: NodeJS.ProcessEnv;
  /** Is told about long work. */
  onProgress?: (line: string) => void;
}

/**
 * Finds Go and builds the linker for it, once for each version of either.
 *
 * @throws PlinthError PLINTH_GO_MISSING, PLINTH_GO_VERSION, PLINTH_BUILD_FAILED if the linker cannot be built
 */
export async function findToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  const environment = options.environment ?? process.env;
  const { goroot: installed, goversion, modcache } = await askGo(environment);
  const known = parseGoVersion(goversion);
  if (known === undefined || !supportedVersions.includes(known.minor)) {
    throw plinthError("PLINTH_GO_VERSION", [goversion, supportedVersions.join(", ")]);
  }
  const sources = readSources(installed, known);
  const hash = hashOfSources(new Map([...sources, ...toolexecSources(), ["goroot", installed]]));
  const folder = join(cacheFolder(environment), "go", `${known.version}-${hash}`);
  const goroot = installed.startsWith(modcache) ? await viewOf(installed, join(folder, "goroot")) : installed;
  const linker = join(folder, "linker");
  if (!existsSync(join(linker, "overlay.json"))) {
    await buildLinker({ goroot, ...known }, sources, linker, environment, options.onProgress);
  }
  return {
    ...known,
    goroot,
    hash,
    folder,
    buildFlags: ["-overlay", join(linker, "overlay.json"), "-toolexec", quoted(join(linker, executable("toolexec")))],
    environment: {
      ...environment,
      GOOS: "wasip1",
      GOARCH: "wasm",
      // Go uses this toolchain and no other, even if a go.mod asks for another.
      GOTOOLCHAIN: "local",
      GOROOT: goroot,
      // These settings of the user would make another standard library of the same version.
      GOFLAGS: "-trimpath",
      GOEXPERIMENT: "",
      GOWASM: "",
      GODEBUG: "",
      CGO_ENABLED: "0",
    },
  };
}

/** Runs the toolchain's `go`. @returns its output; an error has `stderr` */
export async function runGo(
  { goroot, environment }: Pick<Toolchain, "goroot" | "environment">,
  args: readonly string[],
  folder: string,
): Promise<{ stdout: string; stderr: string }> {
  return run(join(goroot, "bin", executable("go")), args, { cwd: folder, env: environment, maxBuffer: 64 << 20 });
}

/** The message of a failed `runGo`, with all lines that Go printed. */
export function goMessage(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return stderr?.trim() || message;
}

/** Reads `go1.26.8`, and `go1.26.8 X:...` or `go1.26.8-suffix` of a vendor's build, but not `go1.27rc1` or `devel ...`. */
export function parseGoVersion(text: string): GoVersion | undefined {
  const match = /^go(1\.\d+)(\.\d+)?(?:[- ].*)?$/.exec(text.trim());
  if (match === null) return undefined;
  return { version: `${match[1]}${match[2] ?? ".0"}`, minor: match[1]! };
}

/** Quotes an argument for `go build -toolexec` and `-ldflags`, which know both kinds of quotes but no escapes. */
export function quoted(argument: string): string {
  if (!/[\s'"]/.test(argument)) return argument;
  return argument.includes("'") ? `"${argument}"` : `'${argument}'`;
}

async function askGo(environment: NodeJS.ProcessEnv): Promise<Record<"goroot" | "goversion" | "modcache", string>> {
  // The folder has no go.mod, so that only GOTOOLCHAIN and PATH decide.
  const asked = run("go", ["env", "-json", "GOROOT", "GOVERSION", "GOMODCACHE"], {
    cwd: dirname(import.meta.dirname),
    env: environment,
  });
  const { stdout } = await asked.catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no go in PATH" : goMessage(error);
    throw plinthError("PLINTH_GO_MISSING", [reason, supportedVersions.join(", ")], { cause: error });
  });
  const { GOROOT, GOVERSION, GOMODCACHE } = JSON.parse(stdout) as Record<string, string>;
  return { goroot: GOROOT!, goversion: GOVERSION!, modcache: GOMODCACHE! };
}

/**
 * A folder of links to a GOROOT. A toolchain that Go has fetched lies in the module cache. Go lets no overlay replace files
 * in the module cache, but it allows that by another path.
 */
async function viewOf(goroot: string, view: string): Promise<string> {
  if (!existsSync(view)) {
    await makeFolder(view, async (work) => {
      for (const name of readdirSync(goroot)) symlinkSync(join(goroot, name), join(work, name));
    });
  }
  return view;
}

function readSources(goroot: string, { version, minor }: GoVersion): Map<string, string> {
  try {
    return patchedSources(goroot, minor);
  } catch (error) {
    const reason = `the sources of Go ${version} in ${goroot} are not as published (${(error as Error).message})`;
    throw plinthError("PLINTH_BUILD_FAILED", [reason], { cause: error });
  }
}

/** The program for `go build -toolexec`: its texts by path. */
function toolexecSources(): Map<string, string> {
  const folder = join(import.meta.dirname, "toolexec");
  return new Map(
    ["main.go", "renewals.go"].map((name) => [join(folder, name), readFileSync(join(folder, name), "utf8")]),
  );
}

async function buildLinker(
  { goroot, version }: GoVersion & { goroot: string },
  sources: ReadonlyMap<string, string>,
  linker: string,
  environment: NodeJS.ProcessEnv,
  onProgress: (line: string) => void = () => {},
): Promise<void> {
  onProgress(`building the linker for Go ${version} (once; about half a minute)`);
  const host: NodeJS.ProcessEnv = {
    ...environment,
    GOTOOLCHAIN: "local",
    GOROOT: goroot,
    GOFLAGS: "-trimpath",
    CGO_ENABLED: "0",
    GOWORK: "off",
  };
  delete host.GOOS;
  delete host.GOARCH;
  await makeFolder(linker, async (work) => {
    // Overlay entries are absolute paths. They name the folder by its final name and by its present name.
    const replacements = (base: string, paths = [...sources.keys()]) =>
      paths.map((path) => [join(goroot, "src", path), join(base, "src", path)]);
    for (const [path, contents] of sources) {
      const file = join(work, "src", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contents);
    }
    const overlay = (...of: Parameters<typeof replacements>) =>
      JSON.stringify({ Replace: Object.fromEntries(replacements(...of)) }, null, 2);
    const building = join(work, "building.json");
    // The linker runs here, so its standard library stays as it is.
    const own = [...sources.keys()].filter((path) => path.startsWith("cmd/"));
    writeFileSync(building, overlay(work, own));
    const go = (...args: string[]) => runGo({ goroot, environment: host }, args, import.meta.dirname);
    try {
      await go("build", "-overlay", building, "-o", join(work, executable("link")), "cmd/link");
      await go("build", "-o", join(work, executable("toolexec")), ...toolexecSources().keys());
    } catch (error) {
      throw plinthError("PLINTH_BUILD_FAILED", [`the linker for Go ${version}: ${goMessage(error)}`], { cause: error });
    }
    writeFileSync(join(work, "overlay.json"), overlay(linker));
  });
}

function executable(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}
