/** The manifest's schema with the languages' words. */
import { alternatives, type Languages } from "../../runtimes/languages.ts";
import { builtInSchemaOf } from "../manifest/schema.ts";

/** The schema for editors. */
export function editorSchema({ all, names }: Languages) {
  const programs = all.flatMap(({ project, title, dialects = [title] }) =>
    // A language without dialects shares the sources, and so the program, of another one.
    dialects.length === 0 ? [] : [`${project.program} (${dialects.join(", ")})`],
  );
  // "js" is short for JavaScript, and nobody can guess that it stands for TypeScript, too.
  const more = all.flatMap(({ name, dialects = [] }) =>
    dialects.slice(1).map((other) => `${name} stands for ${other}, too`),
  );
  return builtInSchemaOf(names, {
    main: `The program, from this file's folder: ${alternatives(programs)}. Default: by the files of the folder.`,
    runtime: `${["The program's language", ...more].join("; ")}. Default: by the files of the folder.`,
  });
}
