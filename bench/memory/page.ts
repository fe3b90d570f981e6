/** The memory benchmark as a page: one SVG picture to scale and the table. The page has no scripts and loads nothing. */
import type { ArmResult } from "./measure.ts";
import { bytes, type MemoryReport, memoryNote, memoryOfTenant, memoryRatio, memoryRows } from "./report.ts";

interface Bar {
  title: string;
  static: number;
  shared: number;
  labels: { static: string; shared: string };
  /** Text such as "12x"; empty if the ratio is not known. */
  ratio: string;
}

const WIDTH = 760;
const LABEL = 90;
const ROW = 26;
const COLORS = { static: "#b4541a", shared: "#1a7f64" };

export function memoryPage(report: MemoryReport): string {
  const { ratio } = report;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const bar = (title: string, value: (arm: ArmResult) => number, label: (arm: ArmResult) => string, ratio: string) => {
    const { static: s, shared: h } = report.arms;
    return { title, static: value(s), shared: value(h), labels: { static: label(s), shared: label(h) }, ratio };
  };
  const bars: Bar[] = [
    bar(
      "Upload of one tenant",
      (arm) => arm.uploadBytes,
      (arm) => bytes(arm.uploadBytes),
      `${ratio.upload}x`,
    ),
    bar("Memory per tenant", (arm) => arm.perTenantBytes, memoryOfTenant, memoryRatio(report)),
    bar(
      "Cold request, p50",
      (arm) => arm.coldMs.p50,
      (arm) => ms(arm.coldMs.p50),
      `${ratio.cold}x`,
    ),
  ];
  const rows = memoryRows(report).map(
    (row) =>
      `<tr><th>${escapeHtml(row.label)}</th><td>${row.static}</td><td>${row.shared}</td><td>${row.ratio}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Plinth: static against shared (${escapeHtml(report.runtime)})</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: ${WIDTH}px; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { padding: .3rem .6rem; border-bottom: 1px solid #ddd; text-align: right; }
  th:first-child { text-align: left; font-weight: normal; }
  small { color: #666; }
</style>
<h1>One runtime each, or one for all</h1>
<p>The same handler with everything inside (${escapeHtml(report.staticForm)}) and as a slim component on the shared runtime
${escapeHtml(report.runtime)}.
Bars of one group are drawn to one scale.</p>
${picture(bars)}
<table>
<tr><th></th><td>static</td><td>shared</td><td>static / shared</td></tr>
${rows.join("\n")}
</table>
<p><small>${escapeHtml(memoryNote(report))}</small></p>
<p><small>${escapeHtml(machineOf(report))}</small></p>
</html>
`;
}

function picture(bars: Bar[]): string {
  const group = ROW * 3 + 14;
  const parts = bars.map((bar, index) => {
    const top = index * group;
    const title = `<text x="0" y="${top + 18}" font-weight="600">${escapeHtml(titleOf(bar))}</text>`;
    return [title, row(bar, "static", top + ROW), row(bar, "shared", top + ROW * 2)].join("\n");
  });
  const height = group * bars.length;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="100%" font-size="15" role="img" aria-label="static against shared">
${parts.join("\n")}
</svg>`;
}

function titleOf({ title, ratio }: Bar): string {
  return ratio === "" ? title : `${title}: ${ratio.replace(/x$/, " times less")}`;
}

function row(bar: Bar, arm: "static" | "shared", top: number): string {
  const longest = WIDTH - LABEL - 110;
  const share = Math.max(bar[arm], 0) / Math.max(bar.static, bar.shared);
  const width = Math.max(1, Math.round(share * longest));
  return `<text x="0" y="${top + 17}">${arm}</text>
<rect x="${LABEL}" y="${top + 4}" width="${width}" height="18" rx="2" fill="${COLORS[arm]}"/>
<text x="${LABEL + width + 8}" y="${top + 18}">${escapeHtml(bar.labels[arm])}</text>`;
}

function machineOf({ machine, date, cpuIdle }: MemoryReport): string {
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB`;
  const software = `Linux ${machine.kernel}, Node ${machine.node}`;
  return `${machine.cpus} x ${machine.model}, ${memory}, ${software}; idle CPUs ${cpuIdle}; ${date.slice(0, 10)}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
