/** Builds the component that is uploaded from a project's folder, in any language. */
import type { Language } from "../../runtimes/language.ts";
import type { Languages } from "../../runtimes/languages.ts";
import type { BuildOptions, BuiltProgram } from "../../runtimes/project.ts";
import { builtIn } from "../../runtimes/registry.ts";
import { readProject, withManifest } from "./project.ts";

export interface ProjectOptions extends BuildOptions {
  /** The language; the manifest's `runtime` or the look of the folder if not given. */
  readonly language?: Language | undefined;
  /** The languages to choose from; those of this clone if not given. */
  readonly languages?: Languages;
  /** URLs of modules of bindings beside the registry's, whose parts the manifest may have. */
  readonly bindingModules?: readonly string[];
  /** One of the manifest's environments; its top level if not given. */
  readonly environment?: string | undefined;
}

export interface BuiltProject extends BuiltProgram {
  readonly language: Language;
  /** Bytes of the whole component and of its parts, by the parts' names. */
  readonly sizes: { readonly component: number; readonly [part: string]: number };
}

/**
 * Builds a project, with its manifest's part for run time in the component.
 *
 * @param path a project's folder, or an entry file
 * @throws PLINTH_MANIFEST_INVALID, PLINTH_WRANGLER_CONFIG, PLINTH_BUILD_LANGUAGE, and as `Language.build`
 */
export async function buildProject(path: string, options: ProjectOptions = {}): Promise<BuiltProject> {
  const { languages = builtIn, bindingModules, environment, language: stated, ...buildOptions } = options;
  const { source, language, manifest, warnings } = await readProject(
    path,
    languages,
    stated,
    bindingModules,
    environment,
  );
  const built = await language.build(source, buildOptions);
  const component = withManifest(built.component, manifest);
  const parts = Object.fromEntries(built.parts.map(({ name, bytes }) => [name, bytes]));
  return {
    ...built,
    warnings: [...warnings, ...built.warnings],
    language,
    component,
    sizes: { component: component.length, ...parts },
  };
}

/**
 * Builds the same program with everything inside, as it would be uploaded if nothing were shared.
 *
 * @throws as `buildProject`; Error if the language has no such form
 */
export async function buildStaticProject(path: string, options: ProjectOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { languages = builtIn, bindingModules, environment, language: stated, ...buildOptions } = options;
  const { source, language, manifest } = await readProject(path, languages, stated, bindingModules, environment);
  if (language.buildStatic === undefined) throw new Error(`${language.title} has no form with everything inside`);
  return withManifest(await language.buildStatic(source, buildOptions), manifest);
}
