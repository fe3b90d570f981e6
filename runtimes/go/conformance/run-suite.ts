/**
 * Runs one test binary in a separate process: `node run-suite.ts JOB.json`. Standard output and error belong to the tests.
 * This program adds one line to both after each run.
 */
import { readFileSync, writeSync } from "node:fs";
import { runSlim, type SlimJob } from "./slim-arm.ts";
import { ProgramExit, TestWasi, type WasiSettings } from "./wasi.ts";

export interface SuiteJob {
  settings: WasiSettings;
  /** Path of the statically linked module, or the inputs of a slim module. */
  program: string | SlimJob;
}

/** Begins the line that tells the end of a run: the exit status or the error. */
export const endMark = "\u0016=== END ";

function runStatic(module: string, settings: WasiSettings, ended: (error: unknown) => void): void {
  const wasi = new TestWasi(settings);
  const compiled = new WebAssembly.Module(new Uint8Array(readFileSync(module)));
  const instance = new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: wasi.imports });
  wasi.bind(instance, instance.exports.memory as WebAssembly.Memory);
  try {
    (instance.exports._start as () => void)();
    throw new Error("the tests have returned without an exit");
  } catch (error) {
    ended(error);
  }
}

function reportEnd(error: unknown): void {
  const how = error instanceof ProgramExit ? error.code : `error ${String(error)}`;
  for (const descriptor of [1, 2]) writeSync(descriptor, `\n${endMark}${how}\n`);
}

if (import.meta.main) {
  const { settings, program } = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as SuiteJob;
  if (typeof program === "string") runStatic(program, settings, reportEnd);
  else runSlim(program, settings, reportEnd);
}
