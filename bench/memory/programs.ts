/** The memory benchmark's programs: each language's handlers, as slim components and as static components. */
import type { Language } from "../../runtimes/language.ts";
import { type Arm, type MemoryProgram, markerOf, numbered, showcaseOf } from "../../runtimes/showcase.ts";

export type { Arm } from "../../runtimes/showcase.ts";

export interface Program extends MemoryProgram {
  /** Name of the program's language. */
  readonly runtime: string;
}

export async function programsOf(languages: readonly Language[]): Promise<readonly Program[]> {
  const programs = languages.map(async (language) => {
    const own = (await showcaseOf(language))?.benchmarks.memory ?? [];
    return own.map((program) => ({ ...program, runtime: language.name }));
  });
  return (await Promise.all(programs)).flat();
}

/** @returns a function that makes the upload of the n-th tenant */
export async function buildArm(program: Program, arm: Arm): Promise<(tenant: number) => Uint8Array> {
  const template = await program.build(arm);
  return (tenant) => numbered(template, tenant);
}

export function answerOf(program: Program, tenant: number): string {
  return program.answer(markerOf(tenant));
}
