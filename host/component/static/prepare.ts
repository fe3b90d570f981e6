import { transpile } from "@bytecodealliance/jco";
import * as esbuild from "esbuild";
import { parseComponent } from "../component.ts";
import { StaticComponentError } from "./errors.ts";
import { unsupportedImports } from "./imports.ts";
import { limitMemories } from "./memory-limit.ts";
import type { StaticArtifacts } from "./types.ts";

/** The export that a static component is called by (world `service` of wit/http.wit). */
export const handlerInterface = "plinth:http/handler@0.1.0";

/**
 * Where a component may wait. These imports suspend the component's stack through JSPI; reads and writes need not be
 * among them, because standard input is always at its end and standard output never full.
 */
const suspendingImports = ["wasi:io/poll#poll", "wasi:io/poll#[method]pollable.block"];

export interface PrepareOptions {
  /** The most that each of the component's linear memories may have, pages of 64 KiB. */
  memoryPages?: number;
}

/** 64 MiB. */
const defaultMemoryPages = 1024;

/**
 * Deploy-time half of the static arm: checks a component's imports and exports, lets jco write its glue and limits its
 * memories.
 *
 * @param bytes a component with everything inside, of world `plinth:http/service`
 * @throws ComponentError where the bytes cannot be read as a component, or a memory begins above the limit
 * @throws StaticComponentError "unsupported-import", "no-handler", or "malformed" where jco refuses the rest
 */
export async function prepareStaticComponent(
  bytes: Uint8Array,
  { memoryPages = defaultMemoryPages }: PrepareOptions = {},
): Promise<StaticArtifacts> {
  const component = parseComponent(bytes);
  const exports = component.exports.map(({ name }) => name);
  const unsupported = unsupportedImports(component.imports.map(({ name }) => name));
  if (unsupported.length > 0) {
    throw new StaticComponentError(
      "unsupported-import",
      `The component imports ${unsupported.join(", ")}, which Plinth does not offer to static components. ` +
        "Build it without the feature that needs it; docs/reference/static-components.md lists what is offered.",
      { import: unsupported[0]! },
    );
  }
  if (!exports.includes(handlerInterface)) {
    throw new StaticComponentError(
      "no-handler",
      `The component does not export ${handlerInterface}. Build it for the world "service" of wit/http.wit.`,
    );
  }
  const files = await transpiled(bytes);
  const modules: StaticArtifacts["modules"] = {};
  for (const [name, file] of Object.entries(files)) {
    if (name.endsWith(".wasm")) modules[name] = limitMemories(file, memoryPages);
  }
  return { glue: await glueScript(new TextDecoder().decode(files["component.js"])), modules };
}

async function transpiled(component: Uint8Array): Promise<Record<string, Uint8Array>> {
  try {
    const { files } = await transpile(component, {
      name: "component",
      instantiation: "async",
      asyncMode: "jspi",
      asyncImports: suspendingImports,
      asyncExports: [`${handlerInterface}#handle`],
      noTypescript: true,
      nodejsCompat: false,
    });
    return files;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StaticComponentError("malformed", `The component cannot be read: ${reason}`, {}, error);
  }
}

/**
 * Makes a CommonJS script of jco's ES module: a script can be dropped when its last tenant goes, where an imported
 * module stays for the life of its thread. Minified it is half the size, and its tracing, which would ask for an
 * environment variable dozens of times a call, is gone.
 */
async function glueScript(source: string): Promise<string> {
  const { code } = await esbuild.transform(source, {
    format: "cjs",
    minify: true,
    logLevel: "silent",
    define: { "globalThis.process.env.JCO_DEBUG": "false" },
    pure: ["_debugLog"],
  });
  return code;
}
