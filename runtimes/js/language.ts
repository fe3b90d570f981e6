/** The language JavaScript, with TypeScript. */
import { join } from "node:path";
import type { Language, Template } from "../language.ts";
import { readFailure } from "./project/failure.ts";
import { projectRules } from "./project/rules.ts";

const template = (name: string, steps: readonly string[] = []): Template => ({
  name,
  folder: join(import.meta.dirname, "templates", name),
  steps,
});

export const language: Language = {
  name: "js",
  title: "JavaScript",
  dialects: ["JavaScript", "TypeScript"],
  runtime: "plinth:js",
  folder: import.meta.dirname,
  project: projectRules,
  flags: [
    {
      flags: "--no-source-map",
      description: "leave out the source map: a smaller upload, stacks that point into the bundle",
    },
  ],
  templates: [template("ts"), template("js"), template("hono", ["npm install"]), template("kv-site")],
  package: {
    onDemand: false,
    toolMissing: [],
    build: async () => (await import("./build.ts")).buildRuntime(),
  },

  async build(source, { flags = {} }) {
    const [{ buildJavaScript }, { explain }] = await Promise.all([
      import("./build-tenant.ts"),
      import("./project/explain.ts"),
    ]);
    const { component, sizes, warnings, bundled } = await buildJavaScript(source, {
      sourceMap: flags.sourceMap !== false,
    });
    const parts = [
      { name: "program", title: "program", bytes: sizes.program },
      { name: "sourceMap", title: "source map", bytes: sizes.sourceMap },
    ];
    return { component, parts, warnings, explanation: explain(bundled) };
  },

  explains: true,
  readFailure,
};
