/** Builds the test binary of a package of the standard library, linked in both ways. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finishProgram } from "../link-program.ts";
import { goMessage, quoted, runGo, type Toolchain } from "../toolchain.ts";
import { loosenSymbolTable, type RecompiledPackages } from "./symbol-table.ts";

/** Message of `go test` for a package that has no test files for this target. */
class NoTestsError extends Error {}

/**
 * @param work folder for intermediate files
 * @param symbolTable the base's symbol table
 * @returns path of the module
 * @throws Error with Go's message
 */
export async function buildSlim(toolchain: Toolchain, pkg: string, symbolTable: string, work: string): Promise<string> {
  const table = join(work, `${fileName(pkg)}.sym`);
  writeFileSync(table, loosenSymbolTable(readFileSync(symbolTable), await recompiledFor(toolchain, pkg)));
  try {
    const linkerFlags = [quoted(`-slimbase=${table}`)];
    const output = await build(
      toolchain,
      pkg,
      join(work, `${fileName(pkg)}.slim.wasm`),
      toolchain.buildFlags,
      linkerFlags,
    );
    writeFileSync(output, finishProgram(readFileSync(output)));
    return output;
  } finally {
    rmSync(table);
  }
}

/** Builds the test binary with the unchanged toolchain. */
export async function buildStatic(toolchain: Toolchain, pkg: string, work: string): Promise<string> {
  return build(toolchain, pkg, join(work, `${fileName(pkg)}.static.wasm`), [], []);
}

async function build(
  toolchain: Toolchain,
  pkg: string,
  output: string,
  flags: readonly string[],
  linkerFlags: readonly string[],
): Promise<string> {
  // checklinkname is off, because tests of the standard library may reach into the runtime. Programs may not.
  const ldflags = ["-s", "-w", "-buildid=", "-checklinkname=0", ...linkerFlags].join(" ");
  const args = ["test", "-c", "-vet=off", "-pgo=off", ...flags, `-ldflags=${ldflags}`, "-o", output, pkg];
  const { stdout, stderr } = await runGo(inSource(toolchain), args, join(toolchain.goroot, "src")).catch((error) => {
    throw new Error(goMessage(error), { cause: error });
  });
  if (!existsSync(output)) throw new NoTestsError((stdout + stderr).trim());
  return output;
}

/** Finds the packages that `go test` compiles again for the tests of a package. */
async function recompiledFor(toolchain: Toolchain, pkg: string): Promise<RecompiledPackages> {
  const folder = join(toolchain.goroot, "src");
  const list = async (...args: string[]) => (await runGo(inSource(toolchain), ["list", ...args, pkg], folder)).stdout;
  const variants = await list("-test", "-deps", "-f", "{{if .ForTest}}{{.ImportPath}}{{end}}");
  const paths = variants
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" ")[0]!);
  const own = (await list("-f", "{{len .TestGoFiles}}")).trim() !== "0";
  if (!own) return { paths };
  const sources = readdirSync(join(folder, pkg)).filter((name) => name.endsWith(".go"));
  const identifiers = new Set(
    sources.flatMap((name) => readFileSync(join(folder, pkg, name), "utf8").match(/\w+/g) ?? []),
  );
  return { paths, changed: { path: pkg, identifiers } };
}

/**
 * GOROOT/src is a separate module. It may be a link. PWD then makes Go call the folder by the name that the overlay uses
 * for it.
 */
function inSource(toolchain: Toolchain): Toolchain {
  const PWD = join(toolchain.goroot, "src");
  return { ...toolchain, environment: { ...toolchain.environment, GOWORK: "off", GOPROXY: "off", PWD } };
}

function fileName(pkg: string): string {
  return pkg.replaceAll("/", "_");
}
