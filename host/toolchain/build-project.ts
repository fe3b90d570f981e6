/** From a project's folder to the component that is uploaded, whichever language the project is in. */
import type { GoSymbol } from "../../runtimes/go/build-tenant.ts";
import type { Language } from "./language.ts";
import { readProject, withManifest } from "./project.ts";

export interface ProjectOptions {
  /** Default: the manifest's `runtime`, or what the folder looks like. */
  readonly language?: Language | undefined;
  /** JavaScript: put the source map into the component. Default: true. */
  readonly sourceMap?: boolean;
  /** Go: build tags. */
  readonly tags?: readonly string[];
  /** Go: for the linker, such as `-X main.version=1.2.3`. */
  readonly ldflags?: string;
  /** Told what is being done when it takes long: the first build of a Go project makes linker and base, in about a minute. */
  readonly onProgress?: (line: string) => void;
}

interface Built {
  readonly component: Uint8Array<ArrayBuffer>;
  /** What the bundler found doubtful, one sentence each. */
  readonly warnings: readonly string[];
}

export interface BuiltJavaScript extends Built {
  readonly language: "js";
  /** Bytes; see host/toolchain/build-javascript.ts. */
  readonly sizes: { readonly component: number; readonly program: number; readonly sourceMap: number };
}

export interface BuiltGo extends Built {
  readonly language: "go";
  /** Bytes of the component, and of the program's core module within it. */
  readonly sizes: { readonly component: number; readonly program: number };
  /** `plinth:go@1.26.8+b9854e2d3a32`: the one runtime that the component runs on. */
  readonly runtime: string;
  /** What the program's module is made of, the biggest first. */
  readonly symbols: readonly GoSymbol[];
}

/**
 * With what the project's manifest says of its run time, where it has one.
 *
 * @param path a project's folder, or a JavaScript or TypeScript file
 * @throws PLINTH_MANIFEST_INVALID, PLINTH_BUILD_LANGUAGE, PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED; for Go PLINTH_GO_MISSING,
 *   PLINTH_GO_VERSION, too
 */
export async function buildProject(path: string, options: ProjectOptions = {}): Promise<BuiltJavaScript | BuiltGo> {
  const { source, language, manifest } = await readProject(path, options.language);
  // The tools of a language are loaded when something is built with them.
  if (language === "js") {
    const { buildJavaScript } = await import("./build-javascript.ts");
    const built = await buildJavaScript(source, options);
    const component = withManifest(built.component, manifest);
    return { ...built, language, component, sizes: { ...built.sizes, component: component.length } };
  }
  const { buildGo } = await import("../../runtimes/go/build-tenant.ts");
  const { component: linked, sizes, runtime, symbols } = await buildGo(source, options);
  const component = withManifest(linked, manifest);
  return { language, component, sizes: { ...sizes, component: component.length }, runtime, symbols, warnings: [] };
}

/**
 * A Go program as a component with Go's runtime and library inside, by the toolchain as it is, without names and debug
 * information: what would be uploaded if nothing were shared.
 *
 * @throws as `buildProject`
 */
export async function buildStaticGo(path: string, options: ProjectOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { source, manifest } = await readProject(path, "go");
  const { buildStaticGo: build } = await import("../../runtimes/go/static/build.ts");
  return withManifest(await build(source, options), manifest);
}
