/**
 * What a language is to Plinth: one object. Command line, build, deploy, demo and benchmarks go by it and name no language.
 * The objects of this clone stand in registry.ts; docs/contributing/add-a-runtime.md walks through one.
 *
 * A language's module is loaded with every command, so it imports little. What is heavy (a bundler, a linker) its members
 * import when they are called. What demo and benchmarks run is beside it: showcase.ts.
 */
import type { LogLine } from "../host/protocol/log-line.ts";
import type { Check } from "./check.ts";
import type { Failure } from "./failure.ts";
import type { BuildOptions, BuiltProgram, ProjectRules } from "./project.ts";

export interface Language {
  /** The word for it: of `--language`, of a manifest's `runtime`, of `plinth runtime build`. Lower case: "go". */
  readonly name: string;
  /** The same in sentences: "Go". */
  readonly title: string;
  /** What sources are written in, where that has names of its own: "JavaScript", "TypeScript". Default: the title. */
  readonly dialects?: readonly string[];
  /** Name of the runtime package, as components ask for it: "plinth:go". */
  readonly runtime: string;
  /** The folder of the language's module; absolute. Hosts load the runtime package from `dist/` in it. */
  readonly folder: string;

  readonly project: ProjectRules;
  readonly flags: readonly LanguageFlag[];
  /** For `plinth init`. */
  readonly templates: readonly Template[];
  readonly package: RuntimePackageBuilder;

  /**
   * Builds a program into a slim component.
   *
   * @param source the program's folder, or its entry file where `project.entryFile` lets it be given; absolute
   * @throws PlinthError PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED, and what `package.toolMissing` lists
   */
  build(source: string, options: BuildOptions): Promise<BuiltProgram>;

  /** Whether what is built comes with an explanation of its size, for `--why`. Default: no. */
  readonly explains?: boolean;

  /**
   * The same program with everything inside, for `--static` and `--compare`; not there where the language has no such form.
   *
   * @throws as `build`
   */
  buildStatic?(source: string, options: BuildOptions): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Reads why a program's start-up failed from what it wrote; undefined if it left no report of the language's own. Not
   * there: the last error in its log is the reason.
   *
   * @param logs all lines, oldest first
   */
  startFailure?(logs: readonly LogLine[]): StartReport | undefined;

  /**
   * Reads why a request failed from what the runtime wrote to the log. Not there: the report has no places of sources.
   *
   * @param source as for `build`
   */
  readFailure?(report: string, source: string): Failure;

  /** For `plinth doctor`: the tools that builds need. @param environment where they are looked for */
  checks?(environment: NodeJS.ProcessEnv): Promise<readonly Check[]>;
}

/** An option of `plinth build`, `plinth deploy` and `plinth dev` that is this language's own. */
export interface LanguageFlag {
  /** As commander takes it: "--tags <tags>"; "--no-source-map" for what is true unless it is given. */
  readonly flags: string;
  /** For the help, after the language's title. */
  readonly description: string;
  /** Makes the value of its text. Default: the text. */
  parse?(text: string): unknown;
}

/** A new project. */
export interface Template {
  /** The word for it: of `plinth init --template`. */
  readonly name: string;
  /**
   * Its files; absolute. A file "gitignore" is written as ".gitignore". `{{name}}` stands for the project's name. Every
   * project also gets `plinth.schema.json`.
   */
  readonly folder: string;
  /** Files and folders of this Plinth that a project gets a copy of (absolute), by their paths in the project. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Commands between the writing of the files and `plinth dev`. */
  readonly steps?: readonly string[];
}

/**
 * Makes the runtime package. What is in it says docs/reference/javascript.md, "The package"; its policy for uploads stands
 * there.
 */
export interface RuntimePackageBuilder {
  /**
   * `true`: it is built when it is asked for, by `plinth runtime build`, `plinth dev` or a first build, because that takes
   * tools or time that not everybody has. `false`: npm's packages are enough, and installing Plinth builds it.
   */
  readonly onDemand: boolean;
  /**
   * `true`: a host loads the package only if its setting `runtimes` names it, and builds of all packages leave it out. This
   * is for a package that is too large for hosts that do not need it. Default: no.
   */
  readonly loadedByName?: boolean;
  /** What it is made from, where that is not in Plinth: "the go command on PATH". */
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
  /** Without the frames of a stack, which the log has. */
  readonly reason: string;
  /** What was written just before; "" for nothing. */
  readonly before: string;
}
