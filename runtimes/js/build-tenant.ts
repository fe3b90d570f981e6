/** Builds the component that is uploaded from a JavaScript or TypeScript project: the library behind `plinth build`. */
import { deflateRawSync } from "node:zlib";
import { SOURCE_MAP_SECTION } from "../../host/component/read/custom-sections.ts";
import { buildSlimComponent } from "../../host/component/write/slim-component.ts";
import { dataModule, dataRuntimeExports } from "../data-module.ts";
import { bundleJavaScript, type JavaScriptBundle } from "./bundle.ts";

/**
 * Any 1.x of the JavaScript runtime: its interface is stable within a major version, and no code is linked to its
 * addresses.
 */
export const JAVASCRIPT_DEPENDENCY = "unlocked-dep=<plinth:js@{>=1.0.0 <2.0.0}>";

export interface BuildOptions {
  /** Put the source map into the component, for stacks in the tenant's log. Default: true. */
  readonly sourceMap?: boolean;
}

interface BuildSizes {
  /** Bytes of the component as it is uploaded. */
  readonly component: number;
  /** Bytes of the bundled program within it. */
  readonly program: number;
  /** Bytes of the compressed source map within it; 0 without one. */
  readonly sourceMap: number;
}

export interface BuildResult {
  readonly component: Uint8Array<ArrayBuffer>;
  readonly sizes: BuildSizes;
  /** The parts of the bundle. */
  readonly bundled: JavaScriptBundle["parts"];
  /** The bundler's warnings, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * @param path a project's folder, or its entry file
 * @throws PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED
 */
export async function buildJavaScript(path: string, options: BuildOptions = {}): Promise<BuildResult> {
  const bundle = await bundleJavaScript(path);
  const program = new TextEncoder().encode(bundle.source);
  const sourceMap = options.sourceMap === false ? undefined : deflateRawSync(bundle.sourceMap, { level: 9 });
  const component = buildSlimComponent({
    dependency: JAVASCRIPT_DEPENDENCY,
    runtimeExports: dataRuntimeExports,
    appModule: dataModule(program),
    world: "resumable-service",
    customSections: sourceMap === undefined ? [] : [{ name: SOURCE_MAP_SECTION, contents: sourceMap }],
  });
  return {
    component,
    sizes: { component: component.length, program: program.length, sourceMap: sourceMap?.length ?? 0 },
    bundled: bundle.parts,
    warnings: bundle.warnings,
  };
}
