import { copyFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { componentize as componentizeStarlingMonkey } from "@bytecodealliance/componentize-js";
import { componentize as componentizeQjs } from "componentize-qjs";
import * as esbuild from "esbuild";

/**
 * Builds static components, which hold the JavaScript engine, the tenant's code and everything else in one file. They are
 * the other arm of the benchmark. A tenant whose language has no runtime on the host uploads such a component.
 */

/** "qjs": componentize-qjs (QuickJS-ng, about 1 MB). "starlingmonkey": componentize-js (SpiderMonkey, about 12 MB). */
export type StaticToolchain = "qjs" | "starlingmonkey";

export interface QjsOptions {
  /** Whether to build larger and faster code: 1.59 MB instead of 1.05 MB. The default is false. */
  fast?: boolean;
}

/** A program's own world, for a program that imports bindings. */
export interface World {
  /** The world's WIT file, of one package. */
  file: string;
  name: string;
  /** Folder of the packages that the file names. The default is the host's folder, wit/. */
  packages?: string;
}

const here = import.meta.dirname;
const hostWit = path.join(here, "../../wit");

/** The world of a program with only the interfaces of plinth:http. */
const service: World = { file: path.join(here, "service.wit"), name: "program" };

/** The world of a fetch handler on componentize-qjs, whose prelude imports parts of WASI. */
const qjsService: World = { file: path.join(here, "qjs/service.wit"), name: "qjs-service" };

/**
 * Componentizes an ES module that exports `handler`, an object with `handle(request)` in the shape of plinth:http: method,
 * uri, headers as [name, Uint8Array] pairs, body as Uint8Array. On StarlingMonkey `handle` may be async; on QuickJS it
 * must return the response itself, because componentize-qjs runs no promise jobs for an export that is not async in WIT.
 *
 * @param source an ES module that imports only the interfaces of its world
 * @throws the toolchain's error, for example on a syntax error
 */
export function buildStatic(
  toolchain: StaticToolchain,
  source: string,
  { world = service, ...options }: QjsOptions & { world?: World } = {},
): Promise<Uint8Array> {
  return toolchain === "qjs" ? buildQjs(source, world, options) : buildStarlingMonkey(source, world);
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
  return toolchain === "qjs" ? buildQjs(source, qjsService, options) : buildStarlingMonkey(source, service);
}

async function buildQjs(source: string, world: World, { fast = false }: QjsOptions): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "plinth-qjs-"));
  try {
    const { component } = await componentizeQjs({
      witPath: await copyWit(folder, world),
      world: world.name,
      jsSource: source,
      // This leaves out the component-model async ABI, which the host's interfaces do not use.
      sync: true,
      optSize: !fast,
    });
    return component;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Makes a folder in the form of the toolchains: a package, with its dependencies under `deps`. */
async function copyWit(folder: string, { file, packages = hostWit }: World): Promise<string> {
  const target = path.join(folder, "wit");
  await cp(packages, path.join(target, "deps"), { recursive: true });
  await copyFile(file, path.join(target, path.basename(file)));
  return target;
}

async function buildStarlingMonkey(source: string, world: World): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "plinth-starlingmonkey-"));
  try {
    const sourcePath = path.join(folder, "source.js");
    await writeFile(sourcePath, source);
    const { component } = await componentizeStarlingMonkey({
      sourcePath,
      witPath: await copyWit(folder, world),
      worldName: world.name,
      // With these features the component would answer by wasi:http and not by the world's own interface.
      disableFeatures: ["http", "fetch-event"],
    });
    return component;
  } finally {
    await rm(folder, { recursive: true });
  }
}
