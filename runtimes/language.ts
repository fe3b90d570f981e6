/**
 * The object by which Plinth knows a language. Command line, build, deploy, demo and benchmarks use it and name no
 * language. registry.ts has the objects of this clone; docs/contributing/add-a-runtime.md walks through one.
 *
 * A language's module is loaded with every command, so it imports little. Its members import heavy parts (a bundler, a
 * linker) when they are called. Programs for demo and benchmarks are beside it: showcase.ts.
 */
import type { LogLine } from "../host/protocol/log-line.ts";
import type { Check } from "./check.ts";
import type { Failure } from "./failure.ts";
import type { BuildOptions, BuiltProgram, ProjectRules } from "./project.ts";

export interface Language {
  /** The language's word in `--language`, a manifest's `runtime` and `plinth runtime build`. Lower case: "go". */
  readonly name: string;
  /** The language's name in sentences: "Go". */
  readonly title: string;
  /**
   * The names of the languages that sources are written in: "JavaScript", "TypeScript". Empty if another language has
   * the same sources. Default: the title.
   */
  readonly dialects?: readonly string[];
  /** Name of the runtime package, as components ask for it: "plinth:go". */
  readonly runtime: string;
  /** The folder of the language's module; absolute. Hosts load the runtime package from `dist/` in it. */
  readonly folder: string;

  readonly project: ProjectRules;
  readonly flags: readonly LanguageFlag[];
  /** The projects that `plinth init` can make. */
  readonly templates: readonly Template[];
  readonly package: RuntimePackageBuilder;

  /**
   * Builds a program into a slim component.
   *
   * @param source the program's folder, or its entry file where `project.entryFile` lets it be given; absolute
   * @throws PlinthError PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED, and what `package.toolMissing` lists
   */
  build(source: string, options: BuildOptions): Promise<BuiltProgram>;

  /** Whether a build comes with an explanation of its size, for `--why`. Default: no. */
  readonly explains?: boolean;

  /**
   * Builds the same program with everything inside, for `--static` and `--compare`. Undefined if the language has no
   * such form.
   *
   * @throws as `build`
   */
  buildStatic?(source: string, options: BuildOptions): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Reads why a program's start-up failed from the program's log; undefined if it has no report of the language's own.
   * Without this member the last error in the log is the reason.
   *
   * @param logs all lines, oldest first
   */
  startFailure?(logs: readonly LogLine[]): StartReport | undefined;

  /**
   * Reads why a request failed from the runtime's report in the log. Without this member the report has no places of
   * sources.
   *
   * @param source as for `build`
   */
  readFailure?(report: string, source: string): Failure;

  /** Checks the tools that builds need, for `plinth doctor`. @param environment where they are looked for */
  checks?(environment: NodeJS.ProcessEnv): Promise<readonly Check[]>;
}

/** An option of `plinth build`, `plinth deploy` and `plinth dev` that is this language's own. */
export interface LanguageFlag {
  /**
   * The flags in commander's form: "--tags <tags>"; "--no-source-map" for a value that is true unless the flag is
   * given.
   */
  readonly flags: string;
  /** The text in the help, after the language's title. */
  readonly description: string;
  /** Makes the flag's value of its text. Default: the text. */
  parse?(text: string): unknown;
}

/** A new project. */
export interface Template {
  /** The template's word in `plinth init --template`. */
  readonly name: string;
  /**
   * The folder of its files; absolute. A file "gitignore" is written as ".gitignore". `{{name}}` stands for the
   * project's name. Every project also gets `plinth.schema.json`.
   */
  readonly folder: string;
  /** Files and folders of this Plinth that a project gets a copy of (absolute), by their paths in the project. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Commands between the writing of the files and `plinth dev`. */
  readonly steps?: readonly string[];
}

/** Makes the runtime package. docs/reference/javascript.md, "The package", has its contents and its policy for uploads. */
export interface RuntimePackageBuilder {
  /**
   * `true`: the package is built by `plinth runtime build`, `plinth dev` or a first build, because building takes tools
   * or time that not everybody has. `false`: npm's packages are enough, and installing Plinth builds it.
   */
  readonly onDemand: boolean;
  /**
   * `true`: a host loads the package only if its setting `runtimes` names it, and builds of all packages leave it out. This
   * is for a package that is too large for hosts that do not need it. Default: no.
   */
  readonly loadedByName?: boolean;
  /** The inputs of the build that are not in Plinth: "the go command on PATH". */
  readonly madeFrom?: string;
  /** Codes of errors by which builds say that a tool is missing on this machine. */
  readonly toolMissing: readonly string[];

  /**
   * Brings `dist/` up to date.
   *
   * @returns whether it was changed
   * @throws PlinthError PLINTH_BUILD_FAILED, or a code of `toolMissing`
   */
  build(onProgress: (line: string) => void): Promise<boolean>;
}

/** Why a start-up failed, in the program's words. */
export interface StartReport {
  /** The reason without the frames of a stack, which the log has. */
  readonly reason: string;
  /** The text that was written just before; "" for none. */
  readonly before: string;
}
