import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { requireWitTypes } from "../policy/wit-types.ts";
import { ByteReader } from "../read/byte-reader.ts";
import { parseComponent } from "../read/component.ts";
import { ComponentError } from "../read/component-error.ts";
import { parseCoreModule } from "../read/core-module.ts";
import { stubMarker } from "../write/stub-module.ts";
import { type GlueModule, glueLayout, glueText } from "./glue.ts";
import { budgetLifts } from "./lift-budget.ts";
import { isOfOwnContract } from "./own-contract.ts";
import { type Shape, shapeOf } from "./shape.ts";

export interface TranspileOptions {
  /**
   * - `sync`: exports are called and return; imports return at once.
   * - `jspi`: the exports return promises; `asyncImports` may return promises, during which the component's stack is
   *   suspended.
   */
  mode: "sync" | "jspi";
  /** Suspending imports of `jspi`: `wasi:io/poll#poll`, without the interface's version. */
  asyncImports?: readonly string[];
  /** Suspending exports of `jspi`: `plinth:http/handler@0.1.0#handle`. All exports by default. */
  asyncExports?: readonly string[];
  /** WIT that the types of interfaces are checked against, besides the host's own (wit/). */
  witFiles?: readonly URL[];
  /** The store of glue. It is asked before glue is generated, and keeps the glue afterwards. */
  cache?: GlueCache;
}

/** Keeps glue by a hash (hex) of shape, options and jco's version: glue depends on these. */
export interface GlueCache {
  get(hash: string): Promise<string | undefined>;
  put(hash: string, glue: string): Promise<void>;
}

export interface TranspiledComponent {
  /** The glue (glue.ts). It is equal for all components of one shape with equal options. */
  glue: string;
  /** The key under which the glue is cached. */
  glueHash: string;
  /** The core modules that the glue asks for by file name, except for imported ones. */
  coreModules: Map<string, Uint8Array>;
  /** File names that stand for imported core modules, by import name. */
  imported: Map<string, string>;
}

/** Goes up when the text of glue changes while jco's version stays, or when the checks of a shape change. */
const GLUE_FORMAT = 5;

/**
 * The most characters of JavaScript that jco may make of a shape. A usual shape gives 100,000. Types that double a few
 * times over give any number, and a worker has to evaluate the text.
 */
const GLUE_LIMIT = 4 << 20;

/**
 * Generates the glue of a component, static or slim, or takes it from the cache. jco gets only the component's shape, and
 * the core modules are not compiled here.
 *
 * @param bytes a component
 * @throws ComponentError if the component cannot be read, jco refuses it, or the types of its interfaces are not the
 *   host's
 */
export async function transpileComponent(bytes: Uint8Array, options: TranspileOptions): Promise<TranspiledComponent> {
  const component = parseComponent(bytes);
  const shape = shapeOf(component);
  const glueHash = cacheKey(shape, options);
  let glue = await options.cache?.get(glueHash);
  if (glue === undefined) {
    glue = await generateGlue(shape, options, isOfOwnContract(component));
    await options.cache?.put(glueHash, glue);
  }
  return { glue, glueHash, ...filesOf(glue, shape, bytes) };
}

function filesOf(glue: string, shape: Shape, bytes: Uint8Array): Pick<TranspiledComponent, "coreModules" | "imported"> {
  const coreModules = new Map<string, Uint8Array>();
  const imported = new Map<string, string>();
  const embedded = shape.modules.filter((module) => module.kind === "embedded");
  const imports = shape.modules.filter((module) => module.kind === "import");
  for (const entry of glueLayout(glue)) {
    if (entry.kind === "helper") {
      coreModules.set(entry.file, new Uint8Array(Buffer.from(entry.base64, "base64")));
    } else if (entry.kind === "embedded") {
      const module = embedded[entry.index]!;
      coreModules.set(entry.file, bytes.subarray(module.start, module.end));
    } else {
      imported.set(imports[entry.index]!.name, entry.file);
    }
  }
  return { coreModules, imported };
}

async function generateGlue(shape: Shape, options: TranspileOptions, isLean: boolean): Promise<string> {
  // jco and esbuild take long to load; hosts that find all glue in the cache never need them.
  const [jco, esbuild] = await Promise.all([import("@bytecodealliance/jco-transpile/component"), import("esbuild")]);
  await jco.$init;
  const { asyncImports = [], asyncExports = ["*"] } = options;
  const suspending = { tag: "jspi" as const, val: { imports: [...asyncImports], exports: [...asyncExports] } };
  let files: Map<string, Uint8Array>;
  try {
    const { files: made } = jco.generate(shape.bytes, {
      name: "component",
      instantiation: { tag: "sync" },
      ...(options.mode === "jspi" && { asyncMode: suspending }),
      map: [],
      noNodejsCompat: true,
      // Generating declaration files would take longer than all the rest.
      noTypescript: true,
      noComponentErrorWrapping: true,
      base64Cutoff: 5000,
    });
    files = new Map(made);
  } catch (error) {
    throw refusal(error, shape);
  }
  await requireWitTypes(shape.bytes, options.witFiles);
  const source = new TextDecoder().decode(files.get("component.js"));
  if (source.length > GLUE_LIMIT) {
    const message = `types that take ${source.length} characters of glue to lift and lower (at most ${GLUE_LIMIT})`;
    throw new ComponentError("unsupported", message, 0);
  }
  // Minified glue has half the size. Its tracing goes, which would read an environment variable many times a call.
  const { code } = await esbuild.transform(budgetLifts(source), {
    format: "cjs",
    minify: true,
    logLevel: "silent",
    define: { "globalThis.process.env.JCO_DEBUG": "false" },
    pure: ["_debugLog"],
  });
  const cores = [...files].filter(([name]) => name.endsWith(".wasm"));
  return glueText(
    code,
    cores.map(([file, bytes]) => glueModule(file, bytes, shape)),
    isLean,
  );
}

/** Tells the stubs of a shape from the modules that jco adds, by their marker. */
function glueModule(file: string, bytes: Uint8Array, shape: Shape): GlueModule {
  const module = parseCoreModule(bytes);
  const section = module.sections.find(({ id, name }) => id === "custom" && name === stubMarker);
  if (section === undefined) return { file, kind: "helper", base64: Buffer.from(bytes).toString("base64") };
  if (Buffer.from(shape.bytes).indexOf(bytes) === -1) {
    throw new ComponentError("unsupported", "a core module that jco would have to rewrite", 0);
  }
  const reader = new ByteReader(bytes, { start: section.body, end: section.end });
  reader.name();
  const index = reader.u32();
  const { kind } = shape.modules[index]!;
  return { file, kind, index: shape.modules.slice(0, index).filter((other) => other.kind === kind).length };
}

/** jco's complaint about a shape, in terms of the upload. */
function refusal(error: unknown, shape: Shape): ComponentError {
  const text = error instanceof Error ? error.message : String(error);
  const causes = text.replaceAll(/^(?:Caused by:|failed to .*)$/gm, "").split("\n");
  const reason =
    causes
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .join("; ") || text;
  const at = Number(/\(at offset (0x[0-9a-f]+)\)/.exec(text)?.[1] ?? 0);
  const section = shape.sections.findLast(({ start }) => start <= at);
  const message = reason.replaceAll(/ \(at offset 0x[0-9a-f]+\)/g, "");
  return new ComponentError("malformed", message, section?.uploadOffset ?? 0);
}

function cacheKey(shape: Shape, { mode, asyncImports, asyncExports }: TranspileOptions): string {
  const facts = [GLUE_FORMAT, jcoVersion(), shape.hash, mode, asyncImports ?? [], asyncExports ?? ["*"]];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

let knownVersion: string | undefined;

function jcoVersion(): string {
  if (knownVersion === undefined) {
    const entry = import.meta.resolve("@bytecodealliance/jco-transpile/component");
    const manifest = JSON.parse(readFileSync(new URL("../package.json", entry), "utf8"));
    knownVersion = String(manifest.version);
  }
  return knownVersion;
}
