/** The rules by which a language recognises a project, behind `plinth build`, `deploy` and `dev`. */

/** Why a folder is taken for a project of a language. */
export interface Claim {
  /** The file that makes the folder a project, relative to the folder: "go.mod", "src/index.ts". */
  readonly by: string;
  /** `true`: the claim counts only if no other language claims the folder and the folder has no source of another one. */
  readonly weak?: boolean;
}

export interface ProjectRules {
  /** The programs that `main` of a manifest may name: "a folder of a package main". */
  readonly program: string;
  /** Whether a program may be given by its entry file. Others are given by their folder. */
  readonly entryFile: boolean;
  /** The files that a folder is searched for, to follow "tried": "go.mod for Go, there and above". */
  readonly tried: string;
  /**
   * The advice how to make a folder a project, a sentence without its end: "A Go project has a package main in its
   * folder".
   */
  readonly advice: string;
  /** Names of folders within a project that hold no sources, such as "node_modules": `plinth dev` does not watch them. */
  readonly ignored?: readonly string[];

  /** Whether a file belongs to the language, by its name. */
  isSource(name: string): boolean;

  /** Whether the folder is a project of the language. @param names of the files and folders in it */
  claim(folder: string, names: readonly string[]): Claim | undefined;

  /** Advice for a folder that no language claims, to follow "tried ...": "; the folder has .go files: run go mod init". */
  hint?(folder: string, names: readonly string[]): string | undefined;

  /** The project's name by its own files, for the name of what is built; undefined if they have none. */
  nameOf?(folder: string): Promise<string | undefined>;

  /** Folders besides the project's own that have sources of the program. @param source as `Language.build` is given it */
  watched?(source: string): readonly string[];
}

export interface BuildOptions {
  /** Values of the language's own flags by their names: `--source-map` is `sourceMap`. Without a value: not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Told of each step of a build that takes long. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** A part of a component, with its size. */
export interface Part {
  /** The part's key in the JSON of `plinth build`: "sourceMap". */
  readonly name: string;
  /** The part's name in the text of `plinth build`: "source map". */
  readonly title: string;
  readonly bytes: number;
}

/** A program as it is uploaded, with facts about it for the user. */
export interface BuiltProgram {
  readonly component: Uint8Array<ArrayBuffer>;
  /** Parts of the component that are worth a figure. The component may have more parts. */
  readonly parts: readonly Part[];
  /** The build's warnings, one sentence each. */
  readonly warnings: readonly string[];
  /**
   * The one build of the runtime on which the component runs, "plinth:go@1.26.8+b9854e2d3a32"; undefined if it runs on
   * others, too.
   */
  readonly runtime?: string;
  /** The explanation for `plinth build --why`. */
  readonly explanation?: Explanation;
}

/** Explains why a program is as large as it is. */
export interface Explanation {
  /** Data for programs, in the JSON of `plinth build --why`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Tables for people. */
  readonly tables: readonly ExplanationTable[];
}

export interface ExplanationTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Lines that follow the table. */
  readonly notes?: readonly string[];
}
