/**
 * Globals that few programs use. A program that names one has it in its bundle. The base image, which all programs
 * share and every slot has mapped, has none of them.
 */
import { extname, join } from "node:path";

/** The files below web/, and the names by which a program uses their globals. */
const files: Readonly<Record<string, RegExp>> = {
  "byte-streams": /\b(?:FixedLengthStream|IdentityTransformStream)\b/,
  "disposable-stacks": /\b(?:(?:Async)?DisposableStack|SuppressedError)\b/,
  "message-channel": /\bMessage(?:Channel|Port)\b/,
  performance: /\bPerformance(?:Entry|Mark|Measure)\b|\bperformance\.(?:clear|getEntries|mark|measure)/,
  "url-pattern": /\bURLPattern\b/,
};

/** @returns the files that define globals which a bundle names */
export function webGlobalsOf(bundle: string): string[] {
  return Object.keys(files)
    .filter((name) => files[name]!.test(bundle))
    .map((name) => join(import.meta.dirname, "../web", `${name}${extname(import.meta.filename)}`));
}
