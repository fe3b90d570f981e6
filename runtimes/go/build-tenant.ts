/** Builds the component for the upload from a Go program. `plinth build` for Go uses it. */
import { join, resolve } from "node:path";
import { goRuntimePackage } from "./build.ts";
import { goComponent } from "./component.ts";
import { type GoSymbol, type LinkOptions, linkProgram } from "./link-program.ts";
import { findToolchain } from "./toolchain.ts";

export type { GoSymbol } from "./link-program.ts";

export interface GoBuildOptions extends LinkOptions {
  /** Is told about long work: the first build makes the linker and the base. */
  onProgress?: (line: string) => void;
  /** The environment in which `go` is found and run. */
  environment?: NodeJS.ProcessEnv;
}

interface GoBuildSizes {
  /** Size of the uploaded component, bytes. */
  component: number;
  /** Size of the program's core module within the component, bytes. */
  program: number;
}

export interface GoBuildResult {
  component: Uint8Array<ArrayBuffer>;
  /** The program's core module, which is part of the component. */
  module: Uint8Array<ArrayBuffer>;
  sizes: GoBuildSizes;
  /** The parts of the program's core module, the biggest first. */
  symbols: GoSymbol[];
  /** The runtime that the component is linked to, such as `plinth:go@1.26.8+b9854e2d3a32`. */
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
