/** The language Go. */
import { join } from "node:path";
import type { Language } from "../language.ts";
import type { BuildOptions } from "../project.ts";
import type { GoBuildOptions } from "./build-tenant.ts";
import { readFailure } from "./project/failure.ts";
import { projectRules } from "./project/rules.ts";
import { startFailure } from "./project/start-failure.ts";

export const language: Language = {
  name: "go",
  title: "Go",
  runtime: "plinth:go",
  folder: import.meta.dirname,
  project: projectRules,
  flags: [
    {
      flags: "--tags <tags>",
      description: "build tags, with commas between them",
      parse: (text) => text.split(",").filter(Boolean),
    },
    { flags: "--ldflags <flags>", description: "for the linker, such as '-X main.version=1.2.3'" },
  ],
  templates: [
    {
      name: "go",
      folder: join(import.meta.dirname, "templates/go"),
      // For editors, go vet and go run. Builds take the SDK of the base (link-program.ts).
      copies: { "plinth-sdk": join(import.meta.dirname, "sdk") },
    },
  ],
  package: {
    onDemand: true,
    madeFrom: "the go command on PATH",
    toolMissing: ["PLINTH_GO_MISSING", "PLINTH_GO_VERSION"],
    build: async (onProgress) => (await import("./build.ts")).buildRuntime({ onProgress }),
  },

  async build(source, options) {
    const [{ buildGo }, { explain }, { sizeAdvice }] = await Promise.all([
      import("./build-tenant.ts"),
      import("./project/explain.ts"),
      import("./project/advice.ts"),
    ]);
    const { component, sizes, runtime, symbols } = await buildGo(source, goOptions(options));
    const parts = [{ name: "program", title: "program", bytes: sizes.program }];
    const warnings = sizeAdvice(symbols, sizes.program);
    return { component, parts, warnings, runtime, explanation: explain(symbols) };
  },

  explains: true,

  async buildStatic(source, options) {
    const { buildStaticGo } = await import("./static/build.ts");
    return buildStaticGo(source, goOptions(options));
  },

  startFailure,
  readFailure,
  checks: async (environment) => (await import("./project/checks.ts")).goChecks(environment),
};

/** The options hold the values that `flags` has made. */
function goOptions({ flags = {}, onProgress }: BuildOptions): GoBuildOptions {
  const { tags, ldflags } = flags as Pick<GoBuildOptions, "tags" | "ldflags">;
  return {
    ...(tags === undefined ? {} : { tags }),
    ...(ldflags === undefined ? {} : { ldflags }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}
