/** Draws a report as bars, by ECharts, which is installed on demand. The result is SVG and needs no script. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { installed } from "./installed.ts";
import type { Figures, Report } from "./report.ts";
import { find, mainFigures } from "./sheets.ts";

/** The part of ECharts' interface that is used here. */
interface ECharts {
  init(
    element: null,
    theme: null,
    options: { renderer: "svg"; ssr: true; width: number; height: number },
  ): { setOption(option: object): void; renderToSVGString(): string; dispose(): void };
}

interface Series {
  readonly name: string;
  /** A value for each arm, in the order of the arms; null if nothing was measured. */
  readonly values: readonly (number | null)[];
}

interface Chart {
  readonly title: string;
  readonly arms: readonly string[];
  readonly series: readonly Series[];
}

/** @returns one SVG for each chart */
export async function drawCharts(report: Report): Promise<readonly string[]> {
  const folder = await installed(["echarts@6.1.0"]);
  const echarts = createRequire(join(folder, "package.json"))("echarts") as ECharts;
  return chartsOf(report).map((chart) => draw(echarts, chart));
}

function chartsOf(report: Report): readonly Chart[] {
  const main = mainFigures(report);
  const arms = main.map(({ arm }) => arm);
  const handlers = [...new Set(report.figures.map(({ handler }) => handler))];
  const series = (name: string, value: (figures: Figures) => number | undefined): Series => ({
    name,
    // A logarithmic axis has no zero.
    values: main.map((figures) => value(figures) || null),
  });
  const cpu = (handler: string) =>
    series(
      handler,
      ({ arm, tenants, connections }) => find(report, { arm, handler, tenants, connections })?.cpuUs.median,
    );
  const threads = [
    series("main thread", ({ mainUs }) => mainUs.median),
    series("other threads", ({ cpuUs, mainUs }) => Math.max(0, Math.round((cpuUs.median - mainUs.median) * 10) / 10)),
  ];
  return [
    { title: `${main[0]?.handler}: CPU time, us a request (logarithmic)`, arms, series: threads },
    { title: "By handler: CPU time, us a request (logarithmic)", arms, series: handlers.map(cpu) },
    {
      title: `${main[0]?.handler}: latency, us (logarithmic)`,
      arms,
      series: [series("p50", ({ p50Us }) => p50Us.median), series("p99", ({ p99Us }) => p99Us.median)],
    },
    {
      title: "Peak memory, MiB (logarithmic)",
      arms,
      series: [series("peak", ({ peakBytes }) => Math.round(peakBytes.median / 2 ** 20))],
    },
  ];
}

const WIDTH = 1_000;

function draw(echarts: ECharts, { title, arms, series }: Chart): string {
  const height = 120 + arms.length * (14 + 11 * series.length);
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      title: { text: title, left: 0 },
      legend: { top: 40, left: 185 },
      grid: { left: 190, right: 70, top: 75, bottom: 30 },
      xAxis: { type: "log" },
      yAxis: { type: "category", data: arms, inverse: true },
      series: series.map(({ name, values }) => ({
        name,
        type: "bar",
        data: values,
        label: { show: true, position: "right", fontSize: 9 },
      })),
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
