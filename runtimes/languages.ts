import { plinthError } from "../host/errors.ts";
import type { Language, Template } from "./language.ts";

/** The languages of an installation, with the ways to find one. */
export class Languages {
  /** The languages in the order in which texts name them. */
  readonly all: readonly Language[];
  /** The folders whose `dist/` may have a runtime package. */
  readonly packageFolders: readonly string[];

  /** @param packageFolders folders that have a runtime package and no language */
  constructor(all: readonly Language[], packageFolders: readonly string[] = []) {
    this.all = all;
    this.packageFolders = [...all.map(({ folder }) => folder), ...packageFolders];
  }

  /** The languages' names in alphabetical order. */
  get names(): readonly string[] {
    return this.all.map(({ name }) => name).toSorted();
  }

  /** The names of all languages of sources: "Go", "JavaScript", "TypeScript". In alphabetical order. */
  get dialects(): readonly string[] {
    return this.all.flatMap(({ title, dialects }) => dialects ?? [title]).toSorted();
  }

  /** The templates for `plinth init`; the first is the default. */
  get templates(): readonly Template[] {
    return this.all.flatMap(({ templates }) => templates);
  }

  /** Names of runtime packages that hosts load only where the setting `runtimes` names them. */
  get loadedByName(): readonly string[] {
    return this.all.filter(({ package: { loadedByName } }) => loadedByName).map(({ runtime }) => runtime);
  }

  /** Titles of the languages that have a feature: "Go". For help texts. */
  titlesWhere(has: (language: Language) => boolean): string {
    return this.all
      .filter(has)
      .map(({ title }) => title)
      .join(", ");
  }

  /** @throws PLINTH_USAGE if there is none */
  get(name: string): Language {
    const found = this.all.find((language) => language.name === name);
    if (found === undefined)
      throw plinthError("PLINTH_USAGE", [`there is no language ${name}, but ${alternatives(this.names)}`]);
    return found;
  }

  /** @param runtime name of a package: "plinth:go" */
  ofRuntime(runtime: string): Language | undefined {
    return this.all.find((language) => language.runtime === runtime);
  }
}

/** Joins words: "a, b or c". */
export function alternatives(words: readonly string[]): string {
  return listed(words, "or");
}

/** Joins words: "a, b and c". */
export function enumeration(words: readonly string[]): string {
  return listed(words, "and");
}

function listed(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
