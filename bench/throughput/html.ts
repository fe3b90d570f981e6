/** The report as one HTML page, with its charts and tables in it. */
import type { Report } from "./report.ts";
import { type Sheet, sheetsOf } from "./sheets.ts";

export function htmlOf(report: Report, charts: readonly string[]): string {
  const { benchmark, date, machine, client, rounds, seconds } = report;
  const run = `${rounds} ${rounds === 1 ? "round" : "rounds"} of ${seconds} s by ${client}, ${date.slice(0, 10)}`;
  const where = `${machine.cpus} x ${machine.model}, Linux ${machine.kernel}, Node ${machine.node.slice(1)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Plinth: ${escapeHtml(benchmark)}</title>
<style>
body { font: 15px/1.5 sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; color: #222; }
table { border-collapse: collapse; margin: 0 0 2em; }
th, td { border: 1px solid #ddd; padding: 2px 8px; text-align: right; }
th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; }
</style>
<h1>${escapeHtml(benchmark)}</h1>
<p>${escapeHtml(run)}; ${escapeHtml(where)}. The CPU time of a request is the steady figure. Requests a second and latencies
change with all other work of the machine.</p>
<ul>${report.arms.map(({ name, what }) => `<li><b>${escapeHtml(name)}</b>: ${escapeHtml(what)}</li>`).join("\n")}</ul>
${charts.join("\n")}
${sheetsOf(report).map(tableOf).join("\n")}
</html>
`;
}

function tableOf({ title, head, rows }: Sheet): string {
  const line = (cells: readonly string[], tag: "td" | "th") =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => line(row, "td")).join("\n");
  return `<h2>${escapeHtml(title)}</h2>\n<table>${line(head, "th")}\n${body}</table>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
