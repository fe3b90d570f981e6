/** The options by which `plinth build` and `plinth deploy` build a project. */
import { stat } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Language, LanguageFlag } from "../../runtimes/language.ts";
import { alternatives, type Languages } from "../../runtimes/languages.ts";
import { hostLimitDefaults } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import type { BuiltProject } from "../toolchain/build-project.ts";
import { type Project, readProject } from "../toolchain/project.ts";
import type { Output } from "./output.ts";
import { count } from "./table.ts";

/** The chosen language, and the values of the languages' own flags. */
export interface BuildOptions {
  readonly language?: string;
  /** One of the manifest's environments. */
  readonly env?: string;
  readonly [flag: string]: unknown;
}

/** A project on the command line. */
export interface ProjectArguments {
  readonly path: string;
  readonly options: BuildOptions;
  readonly languages: Languages;
  /** URLs of modules of bindings beside the registry's. */
  readonly bindingModules: readonly string[];
}

export function addBuildOptions(command: Command, languages: Languages): Command {
  const { names } = languages;
  const choice = `${alternatives(names)}, where the folder could be either (default: by its files)`;
  command.option("-e, --env <environment>", "the environment of the manifest's env (default: the top level)");
  command.addOption(new Option("--language <language>", choice).choices(names));
  for (const option of optionsOf(languages)) command.addOption(option);
  return command;
}

/** A flag that several languages have is one option, because it means the same in each. */
function optionsOf(languages: Languages): readonly Option[] {
  const flags = new Map(languages.all.flatMap((language) => language.flags.map((flag) => [flag.flags, flag] as const)));
  return [...flags.values()].map((flag) => {
    const titles = languages.titlesWhere((language) => language.flags.some((own) => own.flags === flag.flags));
    const option = new Option(flag.flags, `${titles}: ${flag.description}`);
    return flag.parse === undefined ? option : option.argParser(flag.parse);
  });
}

/** Warnings and progress go to standard error. @throws as `projectFor`, and as `buildProject` */
export async function buildFrom(project: ProjectArguments, output: Output): Promise<BuiltProject> {
  const { language } = await projectFor(project);
  // The tools are loaded only for a build, so the other commands start without them.
  const { buildProject } = await import("../toolchain/build-project.ts");
  const built = await buildProject(project.path, buildOptionsOf(project, language, output));
  const warnings = [...built.warnings, ...tooLarge(built.component.length)];
  for (const warning of warnings) output.warn(warning);
  return { ...built, warnings };
}

/** Warns of a component above the default limit. It is built, because its host may have another limit. */
function tooLarge(bytes: number): string[] {
  const { uploadLimitBytes } = hostLimitDefaults;
  if (bytes <= uploadLimitBytes) return [];
  const limit = `a host takes ${count(uploadLimitBytes)} unless its operator has raised uploadLimitBytes`;
  return [`the component is ${count(bytes)} bytes, and ${limit}`];
}

/** The options in the library's form. */
export function buildOptionsOf(project: ProjectArguments, language: Language, output: Output) {
  const { options, languages, bindingModules } = project;
  const own = language.flags.map((flag) => new Option(flag.flags).attributeName());
  const flags = Object.fromEntries(own.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined));
  return {
    language,
    languages,
    bindingModules,
    environment: options.env,
    flags,
    onProgress: (line: string) => output.progress(line),
  };
}

/**
 * @throws PLINTH_USAGE if there is no such path, or an option is another language's; PLINTH_MANIFEST_INVALID,
 *   PLINTH_WRANGLER_CONFIG, PLINTH_ENVIRONMENT,
 *   PLINTH_BINDING_MODULE, PLINTH_BUILD_LANGUAGE, PLINTH_BUILD_NO_ENTRY
 */
export async function projectFor(given: ProjectArguments): Promise<Project> {
  const { path, options, languages, bindingModules } = given;
  await existing(path);
  const stated = options.language === undefined ? undefined : languages.get(options.language);
  const project = await readProject(path, languages, stated, bindingModules, options.env);
  const own = new Set(project.language.flags.map(({ flags }) => flags));
  const flags = languages.all.flatMap((language) => language.flags);
  const foreign = flags.find((flag) => !own.has(flag.flags) && isGiven(flag, options));
  if (foreign !== undefined) throw foreignOption(new Option(foreign.flags).long!, path, project.language);
  return project;
}

/** Whether a flag is given. A flag `--no-...` is `true` unless it is given. */
function isGiven({ flags }: LanguageFlag, options: BuildOptions): boolean {
  const option = new Option(flags);
  const value = options[option.attributeName()];
  return option.negate ? value === false : value !== undefined;
}

export function foreignOption(flag: string, path: string, { title }: Language): Error {
  return plinthError("PLINTH_USAGE", [`${path} is a ${title} project, for which there is no ${flag}`]);
}

/** @throws PLINTH_USAGE */
export async function existing(path: string): Promise<{ isDirectory: boolean }> {
  try {
    return { isDirectory: (await stat(path)).isDirectory() };
  } catch {
    throw plinthError("PLINTH_USAGE", [`there is no file or folder ${path}`], { details: { path } });
  }
}
