/** Builds the component for the upload from a program. */
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { buildSlimComponent } from "../../../host/component/write/slim-component.ts";
import { plinthError } from "../../../host/errors.ts";
import { dataModule, dataRuntimeExports } from "../../../runtimes/data-module.ts";
import type { BuiltProgram } from "../../../runtimes/project.ts";
import { compile, MistakeInProgram } from "./compile.ts";
import { language } from "./language.ts";

/**
 * @param define a word of the program and the number that it stands for
 * @throws PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED
 */
export async function buildTenant(file: string, define?: readonly [string, string]): Promise<BuiltProgram> {
  const { advice } = language.project;
  const source = await readFile(file, "utf8").catch(() => {
    throw plinthError("PLINTH_BUILD_NO_ENTRY", [dirname(file), basename(file), advice]);
  });
  const { program, sizes, words } = compiled(source, basename(file), define);
  const component = buildSlimComponent({
    dependency: "unlocked-dep=<test:stack@{>=1.0.0 <2.0.0}>",
    runtimeExports: dataRuntimeExports,
    appModule: dataModule(program),
    world: "resumable-service",
  });
  const rows = [...words].toSorted(([, a], [, b]) => b - a);
  return {
    component,
    parts: [
      { name: "code", title: "code", bytes: sizes.code },
      { name: "texts", title: "texts", bytes: sizes.texts },
    ],
    warnings: [],
    explanation: { data: { words: Object.fromEntries(words) }, tables: [{ columns: ["word", "times"], rows }] },
  };
}

function compiled(source: string, name: string, define: readonly [string, string] | undefined) {
  const defined = new Map(define === undefined ? [] : [[define[0], Number(define[1])] as const]);
  try {
    return compile(source, defined);
  } catch (error) {
    if (!(error instanceof MistakeInProgram)) throw error;
    throw plinthError("PLINTH_BUILD_FAILED", [`${name}:${error.line}: ${error.message}`], { cause: error });
  }
}
