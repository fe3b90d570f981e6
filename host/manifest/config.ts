/**
 * The part of a manifest that a version takes along: `plinth build` puts it into the component as the custom section
 * `plinth:manifest` (JSON), so that one immutable body carries code and configuration.
 */
import { MANIFEST_SECTION } from "../component/read/custom-sections.ts";
import { withCustomSection } from "../component/write/custom-section.ts";
import type { Manifest, RuntimeConfig } from "./schema.ts";

/** Those of `runtimeConfigSchema`, without loading it. */
export const runtimeConfigNames = [
  "vars",
  "kv",
  "fetch",
  "crons",
  "limits",
  "isolation",
] as const satisfies readonly (keyof RuntimeConfig)[];

export function runtimeConfig(manifest: Manifest): RuntimeConfig {
  return Object.fromEntries(
    runtimeConfigNames.filter((name) => manifest[name] !== undefined).map((name) => [name, manifest[name]]),
  );
}

/** @param program a component or a core module (a WASI command); a section that it has already is replaced */
export function embedConfig(program: Uint8Array, config: RuntimeConfig): Uint8Array<ArrayBuffer> {
  return withCustomSection(program, MANIFEST_SECTION, new TextEncoder().encode(JSON.stringify(config)));
}
