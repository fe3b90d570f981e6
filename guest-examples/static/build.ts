import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { componentize as componentizeStarlingMonkey } from "@bytecodealliance/componentize-js";
import { componentize as componentizeQjs } from "componentize-qjs";
import * as esbuild from "esbuild";

/**
 * Builds static components: the JavaScript engine, the tenant's code and everything else in one file. This is the other
 * arm of the benchmark, and what a tenant uploads whose language has no runtime on the host.
 */

/** "qjs": componentize-qjs (QuickJS-ng, about 1 MB). "starlingmonkey": componentize-js (SpiderMonkey, about 12 MB). */
export type StaticToolchain = "qjs" | "starlingmonkey";

export interface QjsOptions {
  /** Larger and faster code. Default false: 1.05 MB instead of 1.59 MB. */
  fast?: boolean;
}

const here = import.meta.dirname;
const httpWit = path.join(here, "../../wit/http.wit");

/**
 * Componentizes an ES module that exports `handler`, an object with `handle(request)` in the shape of plinth:http: method,
 * uri, headers as [name, Uint8Array] pairs, body as Uint8Array. On StarlingMonkey `handle` may be async; on QuickJS it
 * must return the response itself, because componentize-qjs runs no promise jobs for an export that is not async in WIT.
 *
 * @param source an ES module without imports
 * @throws what the toolchain throws, for example on a syntax error
 */
export function buildStatic(toolchain: StaticToolchain, source: string, options: QjsOptions = {}): Promise<Uint8Array> {
  return toolchain === "qjs" ? buildQjs(source, "service", options) : buildStarlingMonkey(source);
}

/**
 * Builds the program of a slim tenant, `export default { fetch(request, env, ctx) }`, as a static component. It is
 * bundled first, so it may import npm packages. `env` is empty.
 *
 * StarlingMonkey has Request, Response and the rest of the fetch API; QuickJS gets the small part of it that is in
 * qjs/prelude.js. There async functions are compiled to generators and run on the prelude's Promise, whose jobs it can
 * run itself, which the engine's cannot (see `buildStatic`).
 *
 * @param entry path of the JavaScript or TypeScript module
 */
export async function buildStaticFetch(
  toolchain: StaticToolchain,
  entry: string,
  options: QjsOptions = {},
): Promise<Uint8Array> {
  const { prelude, adapter } =
    toolchain === "qjs"
      ? { prelude: "./qjs/prelude.js", adapter: "./qjs/adapter.js" }
      : { prelude: "", adapter: "./starlingmonkey-adapter.js" };
  const bundle = await esbuild.build({
    stdin: {
      contents: `${prelude && `import ${JSON.stringify(prelude)};`}
        import { serve } from ${JSON.stringify(adapter)};
        import application from ${JSON.stringify(path.resolve(entry))};
        export const handler = serve(application);`,
      resolveDir: here,
    },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2023",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import", "worker", "default"],
    external: ["wasi:*"],
    ...(toolchain === "qjs"
      ? { supported: { "async-await": false, "async-generator": false, "for-await": false } }
      : {}),
  });
  const source = bundle.outputFiles[0]!.text;
  return toolchain === "qjs" ? buildQjs(source, "qjs-service", options) : buildStarlingMonkey(source);
}

async function buildQjs(source: string, world: string, { fast = false }: QjsOptions): Promise<Uint8Array> {
  const wit = await mkdtemp(path.join(tmpdir(), "plinth-wit-"));
  try {
    await copyFile(httpWit, path.join(wit, "http.wit"));
    await copyFile(path.join(here, "qjs/service.wit"), path.join(wit, "qjs-service.wit"));
    // `sync` leaves out the component-model async ABI, which plinth:http does not use.
    const { component } = await componentizeQjs({ witPath: wit, world, jsSource: source, sync: true, optSize: !fast });
    return component;
  } finally {
    await rm(wit, { recursive: true });
  }
}

async function buildStarlingMonkey(source: string): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "plinth-starlingmonkey-"));
  try {
    const sourcePath = path.join(folder, "source.js");
    await writeFile(sourcePath, source);
    const { component } = await componentizeStarlingMonkey({
      sourcePath,
      witPath: httpWit,
      worldName: "service",
      // Otherwise it imports wasi:http, which static components are not offered.
      disableFeatures: ["http", "fetch-event"],
    });
    return component;
  } finally {
    await rm(folder, { recursive: true });
  }
}
