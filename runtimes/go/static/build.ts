/** Builds a static component from a Go program. `plinth build --static` uses it. */
import { resolve } from "node:path";
import type { GoBuildOptions } from "../build-tenant.ts";
import { linkStaticModule } from "../link-program.ts";
import { findToolchain } from "../toolchain.ts";
import { componentTag, staticComponent } from "./component.ts";

/**
 * Builds the package main in a folder.
 *
 * @throws PlinthError PLINTH_GO_MISSING, PLINTH_GO_VERSION, PLINTH_BUILD_FAILED
 */
export async function buildStaticGo(folder: string, options: GoBuildOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const tags = [componentTag, ...(options.tags ?? [])];
  return staticComponent(await linkStaticModule(await findToolchain(options), resolve(folder), { ...options, tags }));
}
