import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command, Option } from "commander";
import type { BuiltGo, BuiltJavaScript } from "../../toolchain/build-project.ts";
import {
  addBuildOptions,
  type BuildOptions,
  buildFrom,
  existing,
  foreignOption,
  projectFor,
} from "../build-options.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { describeModule } from "../describe-module.ts";
import type { Output } from "../output.ts";
import { count } from "../table.ts";

interface BuildCommandOptions extends BuildOptions {
  readonly output?: string;
  readonly compare?: boolean;
  readonly why?: boolean;
  readonly static?: boolean;
}

export function buildCommand(surroundings: Surroundings): Command {
  const command = new Command("build")
    .description("build a Go, JavaScript or TypeScript project into a slim component")
    .argument("[dir]", "the project's folder, or its entry file (JavaScript)", ".")
    .option("-o, --output <file>", "where to write the component (default: dist/NAME.wasm in the project)");
  addBuildOptions(command)
    .option("--compare", "Go: also build it with everything inside, and say how large that is")
    .option("--why", "Go: list the packages, functions and data in the module, the largest first")
    .addOption(
      new Option(
        "--static",
        "Go: build it with everything inside instead (default: to dist/NAME-static.wasm)",
      ).conflicts(["compare", "why"]),
    )
    .addHelpText(
      "after",
      examples(
        "plinth build ./hello",
        "plinth build ./hello -o hello.wasm --json",
        "plinth build ./shop --compare --why",
      ),
    );
  return addJsonOption(command).action(async (dir: string, options: BuildCommandOptions) => {
    const output = outputFor(command, surroundings);
    await refuseForeign(dir, options);
    if (options.static) await buildStatic(dir, options, output);
    else await buildSlim(dir, options, output);
  });
}

async function buildSlim(dir: string, options: BuildCommandOptions, output: Output): Promise<void> {
  const built = await buildFrom(dir, options, output);
  const staticBytes = options.compare ? (await staticForm(dir, options, output)).length : undefined;
  const file = options.output ?? (await defaultOutput(dir));
  await write(file, built.component);
  const { language, sizes, warnings } = built;
  const result = { output: resolve(file), language, sizes, warnings };
  if (built.language === "js") {
    output.result(result, () => describeSizes(file, built));
    return;
  }
  const { runtime, symbols } = built;
  const compared = staticBytes === undefined ? {} : { static: { bytes: staticBytes } };
  const explained = options.why ? { symbols } : {};
  output.result({ ...result, runtime, ...compared, ...explained }, () => {
    const lines = [`${describeSizes(file, built)}, linked to ${runtime}`];
    if (staticBytes !== undefined) {
      const ratio = Math.round(staticBytes / sizes.component);
      lines.push(`with everything inside: ${count(staticBytes)} bytes, ${count(ratio)} times as large`);
    }
    if (options.why) lines.push("", describeModule(symbols));
    return lines.join("\n");
  });
}

async function buildStatic(dir: string, options: BuildCommandOptions, output: Output): Promise<void> {
  const bytes = await staticForm(dir, options, output);
  const file = options.output ?? (await defaultOutput(dir, "-static"));
  await write(file, bytes);
  const result = { output: resolve(file), language: "go", sizes: { component: bytes.length }, warnings: [] };
  output.result(result, () => `${relative(".", file)}  ${count(bytes.length)} bytes, with everything inside`);
}

async function staticForm(dir: string, options: BuildOptions, output: Output): Promise<Uint8Array> {
  const { buildStaticGo } = await import("../../toolchain/build-project.ts");
  return buildStaticGo(dir, { ...options, onProgress: (line) => output.progress(line) });
}

/** @throws PLINTH_USAGE where an option is another language's */
async function refuseForeign(dir: string, options: BuildCommandOptions): Promise<void> {
  const { language } = await projectFor(dir, options);
  const flag = (["compare", "why", "static"] as const).find((name) => options[name]);
  if (language !== "go" && flag !== undefined) throw foreignOption(`--${flag}`, dir, language);
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, bytes);
}

function describeSizes(file: string, built: BuiltJavaScript | BuiltGo): string {
  const { component, program } = built.sizes;
  const sourceMap = built.language === "js" ? built.sizes.sourceMap : 0;
  const parts = [`program ${count(program)}`];
  if (built.language === "js") parts.push(`source map ${count(sourceMap)}`);
  parts.push(`the rest ${count(component - program - sourceMap)}`);
  return `${relative(".", file)}  ${count(component)} bytes (${parts.join(", ")})`;
}

/** `dist/NAME.wasm` in the project, NAME being the last part of the package's or module's name, or the folder's name. */
async function defaultOutput(path: string, suffix = ""): Promise<string> {
  const folder = (await existing(path)).isDirectory ? path : dirname(path);
  const name = (await packageName(folder)) ?? (await moduleName(folder)) ?? basename(resolve(folder));
  return join(folder, "dist", `${name}${suffix}.wasm`);
}

async function packageName(folder: string): Promise<string | undefined> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { name?: unknown };
    return typeof name === "string" && name !== "" ? basename(name) : undefined;
  } catch {
    return undefined;
  }
}

async function moduleName(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "go.mod"), "utf8").catch(() => "");
  // The last part of "example.com/shop/v2" is its major version: https://go.dev/ref/mod#major-version-suffixes
  const path = /^module\s+"?([^\s"]+)/m.exec(text)?.[1]?.replace(/\/v[0-9]+$/, "");
  return path && basename(path);
}
