/** The figures of a machine, as `plinth bench` writes them and `plinth plan` reads them. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Check, type Static, Type } from "#typebox";
import { cacheFolder } from "../../../runtimes/cache.ts";
import { plinthError } from "../../errors.ts";
import type { Environment } from "../connection.ts";

const positive = Type.Number({ exclusiveMinimum: 0 });

const figuresSchema = Type.Object({
  format: Type.Literal(1),
  /** ISO 8601. */
  measured: Type.String(),
  processors: positive,
  memoryBytes: positive,
  /** Memory of a host that has served a request of each language. */
  hostBytes: positive,
  /** By the languages' names: the whole host's CPU time for a request, and what one more tenant adds to its memory. */
  languages: Type.Record(Type.String(), Type.Object({ cpuMs: positive, tenantBytes: positive })),
});

export type Figures = Static<typeof figuresSchema>;

/** Where figures are, unless a command names a file. */
export function figuresFile(environment: Environment): string {
  return join(cacheFolder(environment), "figures.json");
}

export async function writeFigures(file: string, figures: Figures): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
}

/** @throws PLINTH_NO_FIGURES where there are none that can be read */
export async function readFigures(file: string): Promise<Figures> {
  try {
    const figures: unknown = JSON.parse(await readFile(file, "utf8"));
    if (Check(figuresSchema, figures)) return figures;
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  throw plinthError("PLINTH_NO_FIGURES", [`no figures of this machine in ${file}`, ""]);
}
