/** The section of docs/reference/performance.md that has a report's tables: `npm run bench -- page` writes it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "./report.ts";
import { type Sheet, sheetsOf } from "./sheets.ts";

export const page = join(import.meta.dirname, "../../docs/reference/performance.md");
const figures = join(import.meta.dirname, "peers/figures.json");
const BEGIN = "<!-- made by `npm run bench -- page` from bench/throughput/peers/figures.json: begin -->";
const END = "<!-- end -->";

export async function writePage(): Promise<void> {
  await writeFile(page, withFigures(await readFile(page, "utf8"), await readFigures()));
}

export async function readFigures(): Promise<Report> {
  return JSON.parse(await readFile(figures, "utf8"));
}

/** The page with the report's tables between its two marks. @throws Error if a mark is missing */
export function withFigures(text: string, report: Report): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error("the page has no marks for the figures");
  return `${text.slice(0, begin)}${BEGIN}\n\n${markdownOf(report)}\n\n${text.slice(end)}`;
}

export function markdownOf(report: Report): string {
  const { machine, client, rounds, seconds, date, arms } = report;
  const run = `${rounds} ${rounds === 1 ? "round" : "rounds"} of ${seconds} s, ${client}, ${date.slice(0, 10)}`;
  const where = `${machine.cpus} x ${machine.model}, Linux ${machine.kernel}, Node ${machine.node.slice(1)}`;
  const list: Sheet = { title: "The arms", head: ["arm", "what"], rows: arms.map(({ name, what }) => [name, what]) };
  return [`Measured: ${run}; ${where}.`, ...[list, ...sheetsOf(report)].map(sectionOf)].join("\n\n");
}

function sectionOf({ title, head, rows }: Sheet): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [`### ${title}`, "", line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Escapes a cell, because a message of a server may contain anything. */
function escaped(cell: string): string {
  return cell.replaceAll(/\s+/g, " ").replaceAll(/[|<>`*_[\]\\]/g, "\\$&");
}
