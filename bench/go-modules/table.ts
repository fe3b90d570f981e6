/** The table of docs/reference/go.md. */
import { readFile, writeFile } from "node:fs/promises";
import type { Program } from "./staging.ts";

export interface Outcome extends Program {
  /** Size of the slim component; null if it could not be built. */
  readonly bytes: number | null;
  /** Time to the first byte of the first call after a start, ms; null if it was not called. */
  readonly coldMs: number | null;
  /** The first difference from the native answers; null if there is none. */
  readonly difference: string | null;
}

const BEGIN = "<!-- made by `npm run compatibility:go`: begin -->";
const END = "<!-- end -->";

export function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ module, version, bytes, coldMs, difference }) => {
    const size = bytes === null ? "" : bytes.toLocaleString("en-US");
    const cold = coldMs === null ? "" : coldMs.toFixed(coldMs < 10 ? 1 : 0);
    return `| \`${module}\` | ${version} | ${size} | ${cold} | ${difference === null ? "as natively" : cell(difference)} |`;
  });
  return ["| module | version | slim, bytes | cold, ms | answers |", "| --- | --- | ---: | ---: | --- |", ...rows].join(
    "\n",
  );
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").slice(0, 300);

export async function writePage(page: URL, outcomes: readonly Outcome[]): Promise<void> {
  const text = await readFile(page, "utf8");
  const [before, rest] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(BEGIN))];
  const after = rest.slice(rest.indexOf(END));
  await writeFile(page, `${before}${BEGIN}\n\n${table(outcomes)}\n\n${after}`);
}
