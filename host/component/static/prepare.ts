import { componentWit, transpile } from "@bytecodealliance/jco";
import * as esbuild from "esbuild";
import { StaticComponentError } from "./errors.ts";
import { unsupportedImports, worldItems } from "./imports.ts";
import type { StaticArtifacts } from "./types.ts";

/** The export that a static component is called by (world `service` of wit/http.wit). */
export const handlerInterface = "plinth:http/handler@0.1.0";

/**
 * Where a component may wait. These imports suspend the component's stack through JSPI; reads and writes need not be
 * among them, because standard input is always at its end and standard output never full.
 */
const suspendingImports = ["wasi:io/poll#poll", "wasi:io/poll#[method]pollable.block"];

/**
 * Deploy-time half of the static arm: checks a component's imports and exports and lets jco write its glue.
 *
 * @param component a component with everything inside, of world `plinth:http/service`
 * @throws StaticComponentError "malformed", "unsupported-import" or "no-handler"
 */
export async function prepareStaticComponent(component: Uint8Array): Promise<StaticArtifacts> {
  // jco takes a core module, too, and finds an empty world in it. Component-model Binary.md: layer 1 after the version.
  if (component[6] !== 1) throw new StaticComponentError("malformed", "The bytes are not a WebAssembly component.");
  const { imports, exports } = worldItems(await wellFormed(() => componentWit(component)));
  const unsupported = unsupportedImports(imports);
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
  const { files } = await wellFormed(() =>
    transpile(component, {
      name: "component",
      instantiation: "async",
      asyncMode: "jspi",
      asyncImports: suspendingImports,
      asyncExports: [`${handlerInterface}#handle`],
      noTypescript: true,
      nodejsCompat: false,
    }),
  );
  const modules = Object.fromEntries(Object.entries(files).filter(([name]) => name.endsWith(".wasm")));
  return { glue: await glueScript(new TextDecoder().decode(files["component.js"])), modules };
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

/** Runs a step of jco's, whose complaints about the bytes are plain errors. */
async function wellFormed<T>(step: () => Promise<T> | T): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StaticComponentError("malformed", `The component cannot be read: ${reason}`, {}, error);
  }
}
