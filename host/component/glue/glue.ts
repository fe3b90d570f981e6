/**
 * Glue is the code that jco generates to lift and lower a component's exports. Here it is one text, a CommonJS script, so
 * that it can be stored as one blob, evaluated in any worker and dropped again (an imported ES module stays for the life
 * of its thread). Its last line says what each file name stands for that the glue asks for.
 */
import vm from "node:vm";
import type { OperationEvent, Outcome, TenantRequest } from "../../protocol/contract.ts";
import { resumableInterface } from "../write/resumable-world.ts";
import { LeanResumable } from "./lean-resumable.ts";

/** A core module that the glue asks for. */
export type GlueModule = {
  file: string;
} /** The n-th of the core modules that the component imports, counted from 0. */ & (
  | { kind: "import"; index: number }
  /** The core module of that index among those embedded in the component. */
  | { kind: "embedded"; index: number }
  /** A module that jco has made. */
  | { kind: "helper"; base64: string }
);

/** jco's `instantiate`, with `instantiation: "sync"`. */
type Instantiate = (
  getCoreModule: (file: string) => WebAssembly.Module,
  imports: Record<string, object>,
  instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance,
) => Record<string, unknown>;

/** Glue, evaluated. */
export interface Glue {
  instantiate: Instantiate;
  layout: readonly GlueModule[];
}

const layoutMark = "\n// layout: ";
/** The mark of components that need no glue to serve (own-contract.ts). It stands right before the layout. */
const leanMark = "\n// lean";

/**
 * The text of glue: a script that exports `instantiate`, and its layout in the last line.
 *
 * @param isLean whether a LeanResumable can stand in for the glue
 */
export function glueText(script: string, layout: readonly GlueModule[], isLean: boolean): string {
  return `${script.trimEnd()}${isLean ? leanMark : ""}${layoutMark}${JSON.stringify(layout)}\n`;
}

/** The layout of glue, without evaluating it. */
export function glueLayout(source: string): readonly GlueModule[] {
  return JSON.parse(source.slice(source.lastIndexOf(layoutMark) + layoutMark.length)) as GlueModule[];
}

/** Evaluates glue. */
export function loadGlue(source: string): Glue {
  const module: { exports: { instantiate?: Instantiate } } = { exports: {} };
  vm.compileFunction(source, ["module"], { filename: "plinth:glue" })(module);
  return { instantiate: module.exports.instantiate!, layout: glueLayout(source) };
}

/** `plinth:http/resumable` of one instance. A trap leaves it unusable. */
export interface HttpResumable {
  start(request: TenantRequest): Outcome;
  resume(events: OperationEvent[]): Outcome;
}

export interface ResumableGlue {
  /**
   * Joins the glue to a live instance of the runtime.
   *
   * @param parts.runtime the instance that stands in place of the component's runtime
   * @param parts.embedded the component's own core modules, in their order, to be instantiated (and started) now. Without
   *   them the component's own code does not run. It has run before, and the runtime's memory has its results
   * @throws the error of a core module's start function
   */
  instantiate(parts: { runtime: WebAssembly.Instance; embedded?: readonly WebAssembly.Module[] }): HttpResumable;
}

/** Evaluates the glue of a slim component of the resumable world. */
export function loadResumableGlue(source: string): ResumableGlue {
  const isLean = source.slice(0, source.lastIndexOf(layoutMark)).endsWith(leanMark);
  let glue: Glue | undefined;
  return {
    instantiate: ({ runtime, embedded }) => {
      if (isLean && embedded === undefined) return new LeanResumable(runtime);
      glue ??= loadGlue(source);
      const exports = glue.instantiate(...linkSlim(glue.layout, runtime, embedded));
      return exports[resumableInterface] as HttpResumable;
    },
  };
}

/** Arguments for `Instantiate`. Modules travel through jco's code as opaque tokens. */
function linkSlim(
  layout: readonly GlueModule[],
  runtime: WebAssembly.Instance,
  embedded: readonly WebAssembly.Module[] | undefined,
): Parameters<Instantiate> {
  const byFile = new Map(layout.map((entry) => [entry.file, entry]));
  const instantiateCore = (token: unknown, imports: WebAssembly.Imports): WebAssembly.Instance => {
    const entry = byFile.get(token as string);
    if (entry?.kind === "import") return runtime;
    if (entry?.kind === "embedded") {
      if (embedded === undefined) return { exports: {} };
      return new WebAssembly.Instance(embedded[entry.index]!, imports);
    }
    throw new Error(`glue asks for a core module that a slim component does not have: ${String(token)}`);
  };
  const getCoreModule = (file: string) => file as unknown as WebAssembly.Module;
  return [getCoreModule, {}, instantiateCore];
}
