/**
 * Programs by which demo and benchmarks show a language: its folder's `showcase.ts` exports one such object as `showcase`.
 * It is no part of the language object, because it may use packages that only Plinth's developers have installed.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Language } from "./language.ts";

export interface Showcase {
  readonly demo: Demo;
  readonly benchmarks: Benchmarks;
}

export interface Demo {
  /** Examples that need nothing but the language's own tools. */
  readonly examples: readonly DemoExample[];
  /** One of the examples, built with everything inside. */
  readonly static?: {
    /** The `name` of the example. */
    readonly example: string;
    /** Builds the example. Default: `plinth build --static`. */
    build?(): Promise<Uint8Array>;
  };
}

export interface DemoExample {
  /** The tenant's name. */
  readonly name: string;
  readonly what: string;
  /** Folder or file; absolute. */
  readonly source: string;
  readonly call: { readonly path: string; readonly init?: RequestInit; readonly expect: RegExp };
}

/** The programs of benchmarks. A benchmark leaves out the languages that have no program for it. */
export interface Benchmarks {
  /** Programs of `npm run bench -- memory`; the first is the default. */
  readonly memory?: readonly MemoryProgram[];
  /** Programs of `npm run bench -- switch`. */
  readonly switch?: readonly SwitchProgram[];
  /**
   * Data of `npm run bench -- dev`: a template, the file of it that is saved, and the word in it that begins the
   * answer.
   */
  readonly dev?: { readonly template: string; readonly file: string; readonly word: string };
  /** The program of `npm run bench -- kv`. It reads `gets` values of 1 KB, `key-0` and on, from the binding PAGES. */
  readonly kv?: (gets: number) => Promise<Uint8Array>;
  /** The program of `npm run bench -- compute`. */
  readonly compute?: ComputeProgram;
}

/** The form of a program: on the shared runtime, or with everything inside. */
export type Arm = "static" | "shared";

/**
 * The text that each tenant of the memory benchmark replaces by a number of its own, because V8 keeps modules of equal
 * bytes once.
 */
export const MARKER = "tenant-0000000";

/** A handler in two forms with `MARKER` in its text, for which each tenant gets a number of its own. */
export interface MemoryProgram {
  readonly name: string;
  /** The kind of the static form: "component, componentize-qjs". */
  readonly staticForm: string;
  build(arm: Arm): Promise<Uint8Array>;
  /** Path and query of the request. */
  readonly request: string;
  /** The answer of the tenant with this marker. */
  answer(marker: string): string;
}

/** The n-th tenant's marker. */
export function markerOf(tenant: number): string {
  return `tenant-${String(tenant).padStart(MARKER.length - "tenant-".length, "0")}`;
}

/** A program with the n-th tenant's marker in place of `MARKER`. */
export function numbered(template: Uint8Array, tenant: number): Uint8Array {
  const bytes = Buffer.from(template);
  const found = bytes.indexOf(MARKER);
  if (found < 0) throw new Error("the upload does not hold the marker");
  const marker = markerOf(tenant);
  for (let at = found; at >= 0; at = bytes.indexOf(MARKER, at + 1)) bytes.write(marker, at, "latin1");
  return bytes;
}

export interface SwitchProgram {
  readonly name: string;
  /** The n-th tenant's program, which differs from the others. */
  build(n: number): Promise<Uint8Array>;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A program whose `GET /WORKLOAD` does the work and answers with the time that it took, in us. */
export interface ComputeProgram {
  readonly workloads: readonly string[];
  build(arm: Arm): Promise<Uint8Array>;
}

/** The showcase of a language; undefined if the language has none. */
export async function showcaseOf({ folder }: Language): Promise<Showcase | undefined> {
  const file = join(folder, "showcase.ts");
  if (!existsSync(file)) return undefined;
  const { showcase } = (await import(pathToFileURL(file).href)) as { showcase: Showcase };
  return showcase;
}
