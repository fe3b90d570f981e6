import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command, Option } from "commander";
import type { Language } from "../../../runtimes/language.ts";
import { alternatives, type Languages } from "../../../runtimes/languages.ts";
import type { BuiltProject } from "../../toolchain/build-project.ts";
import {
  addBuildOptions,
  type BuildOptions,
  buildFrom,
  buildOptionsOf,
  existing,
  foreignOption,
  type ProjectArguments,
  projectFor,
} from "../build-options.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { explanationText } from "../explanation-text.ts";
import type { Output } from "../output.ts";
import { count } from "../table.ts";

interface BuildCommandOptions extends BuildOptions {
  readonly output?: string;
  readonly compare?: boolean;
  readonly why?: boolean;
  readonly static?: boolean;
}

interface BuildArguments extends ProjectArguments {
  readonly options: BuildCommandOptions;
}

export function buildCommand(surroundings: Surroundings): Command {
  const { languages, bindingModules } = surroundings;
  const command = new Command("build")
    .description(`build a ${alternatives(languages.dialects)} project into a slim component`)
    .argument("[dir]", projectArgument(languages), ".")
    .option("-o, --output <file>", "where to write the component (default: dist/NAME.wasm in the project)");
  const withStatic = languages.titlesWhere(hasStaticForm);
  const withWhy = languages.titlesWhere(({ explains }) => explains === true);
  addBuildOptions(command, languages)
    .option("--compare", `${withStatic}: also build it with everything inside, and say how large that is`)
    .option("--why", `${withWhy}: list what makes the program large: its packages, and the largest parts of them`)
    .addOption(
      new Option(
        "--static",
        `${withStatic}: build it with everything inside instead (default: to dist/NAME-static.wasm)`,
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
  return addJsonOption(command).action(async (path: string, options: BuildCommandOptions) => {
    const output = outputFor(command, surroundings);
    const project = { path, options, languages, bindingModules };
    const language = await languageFor(project);
    if (options.static) await buildStatic(project, language, output);
    else await buildSlim(project, language, output);
  });
}

/** The help's words for a project's path. */
export function projectArgument(languages: Languages): string {
  return `the project's folder, or its entry file (${languages.titlesWhere(({ project }) => project.entryFile)})`;
}

/** @throws PLINTH_USAGE if an option is not for the project's language */
async function languageFor(project: BuildArguments): Promise<Language> {
  const { path, options } = project;
  const { language } = await projectFor(project);
  const offered = { compare: hasStaticForm(language), why: language.explains, static: hasStaticForm(language) };
  const flag = (["compare", "why", "static"] as const).find((name) => options[name] && !offered[name]);
  if (flag !== undefined) throw foreignOption(`--${flag}`, path, language);
  return language;
}

function hasStaticForm({ buildStatic }: Language): boolean {
  return buildStatic !== undefined;
}

async function buildSlim(project: BuildArguments, language: Language, output: Output): Promise<void> {
  const { options } = project;
  const built = await buildFrom(project, output);
  const staticBytes = options.compare ? (await staticForm(project, language, output)).length : undefined;
  const file = options.output ?? (await defaultOutput(project));
  await write(file, built.component);
  const { sizes, warnings, runtime } = built;
  const explanation = options.why ? built.explanation : undefined;
  const result = {
    output: resolve(file),
    language: language.name,
    sizes,
    warnings,
    ...(runtime === undefined ? {} : { runtime }),
    ...(staticBytes === undefined ? {} : { static: { bytes: staticBytes } }),
    ...explanation?.data,
  };
  output.result(result, () => {
    const lines = [describeSizes(file, built) + (runtime === undefined ? "" : `, linked to ${runtime}`)];
    if (staticBytes !== undefined) {
      const ratio = Math.round(staticBytes / sizes.component);
      lines.push(`with everything inside: ${count(staticBytes)} bytes, ${count(ratio)} times as large`);
    }
    if (explanation !== undefined) lines.push("", explanationText(explanation));
    return lines.join("\n");
  });
}

async function buildStatic(project: BuildArguments, language: Language, output: Output): Promise<void> {
  const bytes = await staticForm(project, language, output);
  const file = project.options.output ?? (await defaultOutput(project, "-static"));
  await write(file, bytes);
  const sizes = { component: bytes.length };
  const result = { output: resolve(file), language: language.name, sizes, warnings: [] };
  output.result(result, () => `${relative(".", file)}  ${count(bytes.length)} bytes, with everything inside`);
}

async function staticForm(project: BuildArguments, language: Language, output: Output): Promise<Uint8Array> {
  const { buildStaticProject } = await import("../../toolchain/build-project.ts");
  return buildStaticProject(project.path, buildOptionsOf(project, language, output));
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, bytes);
}

function describeSizes(file: string, { component, parts }: BuiltProject): string {
  const rest = parts.reduce((bytes, part) => bytes - part.bytes, component.length);
  const texts = [...parts, { title: "the rest", bytes: rest }].map(({ title, bytes }) => `${title} ${count(bytes)}`);
  return `${relative(".", file)}  ${count(component.length)} bytes (${texts.join(", ")})`;
}

/** `dist/NAME.wasm` in the project. NAME is the project's name in the files of its language, or the folder's name. */
async function defaultOutput({ path, languages }: BuildArguments, suffix = ""): Promise<string> {
  const folder = (await existing(path)).isDirectory ? path : dirname(path);
  let name: string | undefined;
  for (const { project } of languages.all) name ??= await project.nameOf?.(folder);
  return join(folder, "dist", `${name ?? basename(resolve(folder))}${suffix}.wasm`);
}
