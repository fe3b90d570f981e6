import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import type { BuildResult } from "../../build/build-javascript.ts";
import { plinthError } from "../../errors.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import type { Output } from "../output.ts";
import { count } from "../table.ts";

interface BuildCommandOptions {
  readonly output?: string;
  readonly sourceMap: boolean;
}

export function buildCommand(surroundings: Surroundings): Command {
  const command = new Command("build")
    .description("bundle a JavaScript or TypeScript project into a slim component")
    .argument("<dir>", "the project's folder, or its entry file")
    .option("-o, --output <file>", "where to write the component (default: dist/NAME.wasm in the project)")
    .option("--no-source-map", "leave out the source map: a smaller upload, stacks that point into the bundle")
    .addHelpText("after", examples("plinth build ./hello", "plinth build ./hello -o hello.wasm --json"));
  return addJsonOption(command).action(async (dir: string, options: BuildCommandOptions) => {
    const output = outputFor(command, surroundings);
    const built = await buildProject(dir, options.sourceMap, output);
    const file = options.output ?? (await defaultOutput(dir));
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, built.component);
    const { warnings, sizes } = built;
    output.result({ output: resolve(file), sizes, warnings }, () => describeSizes(relative(".", file), built));
  });
}

/** For `plinth build` and `plinth deploy`: warnings go to standard error. @throws PLINTH_USAGE where there is no such path */
export async function buildProject(path: string, sourceMap: boolean, output: Output): Promise<BuildResult> {
  await existing(path);
  // esbuild is loaded when something is built: the other commands start without it.
  const { buildJavaScript } = await import("../../build/build-javascript.ts");
  const built = await buildJavaScript(path, { sourceMap });
  for (const warning of built.warnings) output.warn(warning);
  return built;
}

/** @throws PLINTH_USAGE */
export async function existing(path: string): Promise<{ isDirectory: boolean }> {
  try {
    return { isDirectory: (await stat(path)).isDirectory() };
  } catch {
    throw plinthError("PLINTH_USAGE", [`there is no file or folder ${path}`], { details: { path } });
  }
}

function describeSizes(file: string, { sizes }: BuildResult): string {
  const { component, program, sourceMap } = sizes;
  const parts = [`program ${count(program)}`, `source map ${count(sourceMap)}`];
  return `${file}  ${count(component)} bytes (${parts.join(", ")}, the rest ${count(component - program - sourceMap)})`;
}

/** `dist/NAME.wasm` in the project, NAME being package.json's name without its scope, or the folder's name. */
async function defaultOutput(path: string): Promise<string> {
  const folder = (await existing(path)).isDirectory ? path : dirname(path);
  return join(folder, "dist", `${(await packageName(folder)) ?? basename(resolve(folder))}.wasm`);
}

async function packageName(folder: string): Promise<string | undefined> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { name?: unknown };
    return typeof name === "string" && name !== "" ? basename(name) : undefined;
  } catch {
    return undefined;
  }
}
