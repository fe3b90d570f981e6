/** The report's tables, which terminal, HTML page and reference page show alike. */
import type { Spread } from "../statistics.ts";
import type { Figures, Report } from "./report.ts";

/** Arms of Plinth, the WASI command in its host included. All others are peers. */
const isPlinth = ({ arm }: Figures) => arm.startsWith("plinth ");

export interface Sheet {
  readonly title: string;
  readonly head: readonly string[];
  /** The first cell of a row names what the row is about. */
  readonly rows: readonly (readonly string[])[];
}

export function sheetsOf(report: Report): readonly Sheet[] {
  const sheets = [
    byArm(report),
    byLatency(report),
    byHandler(report),
    byTenants(report),
    winners(report),
    missing(report),
  ];
  return sheets.filter(({ rows }) => rows.length > 0);
}

/** The cell that is measured of all arms: the first handler, with few tenants and the usual connections. */
export function mainFigures({ figures, arms }: Report): Figures[] {
  const [first] = figures;
  const usual = figures.some(({ connections }) => connections === 32) ? 32 : first?.connections;
  return arms.flatMap(({ name }) => {
    const own = figures.filter(({ arm, handler }) => arm === name && handler === first?.handler);
    return own.find(({ connections, tenants }) => connections === usual && tenants === first?.tenants) ?? [];
  });
}

function byArm(report: Report): Sheet {
  const rows = mainFigures(report).map((figures) => [
    figures.arm,
    withSpread(figures.cpuUs),
    number(figures.mainUs.median),
    number(figures.cpuUs.median - figures.mainUs.median),
    number(figures.requestsPerSecond.median, 0),
    mebibytes(figures.peakBytes.median),
    ...(report.figures.some(({ errors }) => errors > 0) ? [String(errorsOf(report, figures.arm))] : []),
  ]);
  const head = ["arm", "CPU, us a request", "main thread, us", "other threads, us", "requests/s", "peak memory, MiB"];
  if (rows.some((row) => row.length > head.length)) head.push("errors");
  return { title: `${titleOf(mainFigures(report)[0])}: CPU time, threads, memory`, head, rows };
}

function errorsOf({ figures }: Report, name: string): number {
  return figures.filter(({ arm }) => arm === name).reduce((sum, { errors }) => sum + errors, 0);
}

function byLatency(report: Report): Sheet {
  const main = mainFigures(report);
  const counts = [...new Set(report.figures.map(({ connections }) => connections))].sort((a, b) => a - b);
  const rows = main.map(({ arm, handler, tenants }) => [
    arm,
    ...counts.map((count) => {
      const found = find(report, { arm, handler, tenants, connections: count });
      return found === undefined ? "-" : `${ms(found.p50Us.median)} / ${ms(found.p99Us.median)}`;
    }),
  ]);
  const columns = counts.map((count) => `${count} ${count === 1 ? "connection" : "connections"}`);
  return { title: `${main[0]?.handler ?? ""}: latency p50 / p99, ms`, head: ["arm", ...columns], rows };
}

function byHandler(report: Report): Sheet {
  const main = mainFigures(report);
  const names = [...new Set(report.figures.map(({ handler }) => handler))];
  const rows = main.map(({ arm, tenants, connections }) => [
    arm,
    ...names.map((handler) => cpu(find(report, { arm, handler, tenants, connections }))),
  ]);
  return { title: "By handler: CPU time, us a request", head: ["arm", ...names], rows: names.length > 1 ? rows : [] };
}

function byTenants(report: Report): Sheet {
  const main = mainFigures(report);
  const counts = [...new Set(report.figures.map(({ tenants }) => tenants))].sort((a, b) => a - b);
  const rows = main
    .map(({ arm, handler, connections }) => [
      arm,
      ...counts.map((tenants) => cpu(find(report, { arm, handler, tenants, connections }))),
    ])
    .filter((row) => row.filter((text) => text !== "-").length > 2);
  const columns = counts.map((count) => (count === 1 ? "1 tenant" : `${count.toLocaleString("en-US")} in turn`));
  return { title: "By number of tenants: CPU time, us a request", head: ["arm", ...columns], rows };
}

/** The peers that answer for less CPU time than every arm of Plinth, for each handler. */
function winners(report: Report): Sheet {
  const main = mainFigures(report);
  const names = [...new Set(report.figures.map(({ handler }) => handler))];
  const rows = names.map((handler) => {
    const all = main.flatMap((figures) => find(report, { ...placeOf(figures), handler }) ?? []);
    const [first, ...peers] = all.sort((a, b) => a.cpuUs.median - b.cpuUs.median);
    const best = first === undefined || isPlinth(first) ? first : peers.find(isPlinth);
    const cheaper = all.slice(0, best === undefined ? 0 : all.indexOf(best));
    const text = (figures: Figures) => `${figures.arm} ${cpu(figures)}`;
    return [handler, best === undefined ? "-" : text(best), cheaper.map(text).join(", ") || "none"];
  });
  const head = ["handler", "the cheapest of Plinth", "peers that are cheaper"];
  return {
    title: "Where a peer wins: CPU time, us a request",
    head,
    rows: main.some(isPlinth) && !main.every(isPlinth) ? rows : [],
  };
}

function missing(report: Report): Sheet {
  return { title: "Left out", head: ["arm", "why"], rows: report.missing.map(({ name, why }) => [name, why]) };
}

function placeOf({ arm, handler, tenants, connections }: Figures): Place {
  return { arm, handler, tenants, connections };
}

type Place = Pick<Figures, "arm" | "handler" | "tenants" | "connections">;

export function find({ figures }: Report, place: Place): Figures | undefined {
  const keys = Object.keys(place) as (keyof Place)[];
  return figures.find((candidate) => keys.every((key) => candidate[key] === place[key]));
}

function titleOf(figures: Figures | undefined): string {
  if (figures === undefined) return "";
  const { handler, tenants, connections } = figures;
  return `${handler}, ${tenants === 1 ? "1 tenant" : `${tenants} tenants`}, ${connections} connections`;
}

function cpu(figures: Figures | undefined): string {
  return figures === undefined ? "-" : number(figures.cpuUs.median);
}

/** The median with the range of the rounds. */
function withSpread({ median, least, most }: Spread): string {
  return least === most ? number(median) : `${number(median)} (${number(least)} to ${number(most)})`;
}

function number(value: number, digits = value < 10 ? 1 : 0): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ms(us: number): string {
  return number(us / 1000, us < 10_000 ? 2 : 0);
}

function mebibytes(bytes: number): string {
  return number(bytes / 2 ** 20, 0);
}
