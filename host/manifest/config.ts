/**
 * The part of a manifest that a version takes along: `plinth build` puts it into the component as the custom section
 * `plinth:manifest` (JSON), so that one immutable body carries code and configuration.
 */
import { MANIFEST_SECTION } from "../component/read/custom-sections.ts";
import { withCustomSection } from "../component/write/custom-section.ts";
import type { Manifest, RuntimeConfig } from "./schema.ts";

/** Properties that a version does not take along. They are listed here, so that the schema need not be loaded. */
const staysBehind: Readonly<Record<Exclude<keyof Manifest, keyof RuntimeConfig>, true>> = {
  $schema: true,
  name: true,
  main: true,
  runtime: true,
  routes: true,
  env: true,
};

export function runtimeConfig(manifest: Manifest): RuntimeConfig {
  return Object.fromEntries(
    Object.entries(manifest).filter(([name, value]) => !Object.hasOwn(staysBehind, name) && value !== undefined),
  );
}

/** @param program a component or a core module (a WASI command); a section that it has already is replaced */
export function embedConfig(program: Uint8Array, config: RuntimeConfig): Uint8Array<ArrayBuffer> {
  return withCustomSection(program, MANIFEST_SECTION, new TextEncoder().encode(JSON.stringify(config)));
}
