/** From a Go program to the component that is uploaded: the library behind `plinth build` for Go. */
import { join, resolve } from "node:path";
import { goRuntimePackage } from "./build.ts";
import { goComponent } from "./component.ts";
import { type GoSymbol, type LinkOptions, linkProgram } from "./link-program.ts";
import { findToolchain } from "./toolchain.ts";

export type { GoSymbol } from "./link-program.ts";

export interface GoBuildOptions extends LinkOptions {
  /** Told what is being done when it takes long: the first build makes the linker and the base. */
  onProgress?: (line: string) => void;
  /** Where `go` is looked for, and what it is told. */
  environment?: NodeJS.ProcessEnv;
}

interface GoBuildSizes {
  /** Bytes of the component as it is uploaded. */
  component: number;
  /** Bytes of the program's own core module within it. */
  program: number;
}

export interface GoBuildResult {
  component: Uint8Array<ArrayBuffer>;
  /** Within the component. */
  module: Uint8Array<ArrayBuffer>;
  sizes: GoBuildSizes;
  /** What the program brings along, the biggest first. */
  symbols: GoSymbol[];
  /** `plinth:go@1.26.8+b9854e2d3a32`: what the component is linked to. */
  runtime: string;
}

/**
 * Builds the package main in a folder of a module.
 *
 * @throws PlinthError PLINTH_GO_MISSING, PLINTH_GO_VERSION, PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED
 */
export async function buildGo(folder: string, options: GoBuildOptions = {}): Promise<GoBuildResult> {
  const toolchain = await findToolchain(options);
  const runtime = await goRuntimePackage(toolchain, options.onProgress);
  const { manifest } = runtime;
  const symbolTable = join(runtime.folder, manifest.files.symbols!.path);
  const { module, symbols } = await linkProgram(toolchain, symbolTable, resolve(folder), options);
  const component = goComponent(module, manifest);
  return {
    component,
    module,
    sizes: { component: component.length, program: module.length },
    symbols,
    runtime: `${manifest.name}@${manifest.version}`,
  };
}
