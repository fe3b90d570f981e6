/** What `plinth build` and `plinth deploy` are told about a project, and how they build it. */
import { stat } from "node:fs/promises";
import { type Command, Option } from "commander";
import { plinthError } from "../errors.ts";
import type { BuiltGo, BuiltJavaScript } from "../toolchain/build-project.ts";
import { type Language, languages } from "../toolchain/language.ts";
import { type Project, readProject } from "../toolchain/project.ts";
import type { Output } from "./output.ts";

export interface BuildOptions {
  readonly language?: Language;
  readonly sourceMap: boolean;
  readonly tags?: readonly string[];
  readonly ldflags?: string;
}

export function addBuildOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--language <language>", "go or js, where the folder could be either (default: by its files)").choices(
        languages,
      ),
    )
    .option(
      "--no-source-map",
      "JavaScript: leave out the source map: a smaller upload, stacks that point into the bundle",
    )
    .option("--tags <tags>", "Go: build tags, with commas between them", (text) => text.split(",").filter(Boolean))
    .option("--ldflags <flags>", "Go: for the linker, such as '-X main.version=1.2.3'");
}

/** Warnings and progress go to standard error. @throws PLINTH_USAGE where there is no such path, or an option is another language's */
export async function buildFrom(
  path: string,
  options: BuildOptions,
  output: Output,
): Promise<BuiltJavaScript | BuiltGo> {
  const { language } = await projectFor(path, options);
  // The tools are loaded when something is built: the other commands start without them.
  const { buildProject } = await import("../toolchain/build-project.ts");
  const built = await buildProject(path, { ...options, language, onProgress: (line) => output.progress(line) });
  for (const warning of built.warnings) output.warn(warning);
  return built;
}

/**
 * @throws PLINTH_USAGE where there is no such path, or an option is another language's; PLINTH_MANIFEST_INVALID,
 *   PLINTH_BUILD_LANGUAGE, PLINTH_BUILD_NO_ENTRY
 */
export async function projectFor(path: string, options: BuildOptions): Promise<Project> {
  await existing(path);
  const project = await readProject(path, options.language);
  const { language } = project;
  const others = [
    { flag: "--no-source-map", given: !options.sourceMap, of: "js" },
    { flag: "--tags", given: options.tags !== undefined, of: "go" },
    { flag: "--ldflags", given: options.ldflags !== undefined, of: "go" },
  ];
  const wrong = others.find(({ given, of }) => given && of !== language);
  if (wrong !== undefined) throw foreignOption(wrong.flag, path, language);
  return project;
}

export function foreignOption(flag: string, path: string, language: Language): Error {
  const name = { go: "Go", js: "JavaScript" }[language];
  return plinthError("PLINTH_USAGE", [`${path} is a ${name} project, for which there is no ${flag}`]);
}

/** @throws PLINTH_USAGE */
export async function existing(path: string): Promise<{ isDirectory: boolean }> {
  try {
    return { isDirectory: (await stat(path)).isDirectory() };
  } catch {
    throw plinthError("PLINTH_USAGE", [`there is no file or folder ${path}`], { details: { path } });
  }
}
